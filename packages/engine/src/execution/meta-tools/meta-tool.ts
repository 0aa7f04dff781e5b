import type { CustomDefinitions, JsonObject } from '@jackfield/contract';
import type { CallContext } from '../../engine.ts';
import type { OpenSession } from '../../sessions/session-access.ts';
import type { SessionSwitches } from '../../sessions/session-config.ts';
import type { BehaviourHints, ObjectJsonSchema } from '../../toolkit.ts';
import type { MetaToolWord } from './meta-tool-slug.ts';

/** What a meta tool's texts may speak of: only what the session has. */
export interface MetaToolSurroundings {
  /** The slug of another meta tool, if the session has it. */
  readonly slugOf: (word: MetaToolWord) => string | undefined;
  /** `Apps: GitHub (github), Petclinic (petclinic)`, with a full stop. */
  readonly apps: string;
}

export interface MetaToolCall extends MetaToolSurroundings {
  readonly session: OpenSession;
  readonly context: CallContext;
  /** Custom definitions that came with the call. */
  readonly definitions: CustomDefinitions | undefined;
  /** Fires when the caller gave up or the time is over. */
  readonly signal: AbortSignal;
}

/** A tool about tools: how an agent finds and runs what is not listed. */
export interface MetaTool {
  readonly word: MetaToolWord;
  readonly name: string;
  readonly hints: BehaviourHints;
  readonly inputSchema: ObjectJsonSchema;
  readonly outputSchema: ObjectJsonSchema;
  isOn(switches: SessionSwitches): boolean;
  describe(surroundings: MetaToolSurroundings): string;
  /** The input was checked against the schema. @throws JackfieldError */
  run(input: JsonObject, call: MetaToolCall): Promise<JsonObject>;
}

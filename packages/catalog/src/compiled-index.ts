import type { AuthScheme } from '@jackfield/engine';
import type { ToolkitGuide } from './toolkit-guide.ts';

/** What `dist/data/index.json.br` holds: everything that can be known without opening a toolkit. */
export interface CompiledIndex {
  /** The file format of the toolkits. */
  readonly format: number;
  /** Changes whenever any toolkit does. */
  readonly revision: string;
  /** By slug. */
  readonly toolkits: readonly CompiledSummary[];
}

export interface CompiledSummary {
  readonly slug: string;
  readonly name: string;
  /** At most 200 characters. */
  readonly description: string;
  readonly version: string;
  /** Other versions, newest first. */
  readonly older?: readonly string[];
  readonly aliases?: readonly string[];
  readonly tools: number;
  readonly noAuth: boolean;
  readonly auth: readonly AuthScheme['mode'][];
  readonly logo?: string;
  /** The document names no server that answers: the user's own base URL is needed. */
  readonly ownBaseUrl?: true;
  readonly guide?: ToolkitGuide;
}

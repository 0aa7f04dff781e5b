import { Jackfield, type Provider, type SessionTool } from '@jackfield/core';
import { generateText, type LanguageModel, type Tool, ToolLoopAgent, type ToolSet } from 'ai';
import { expectTypeOf } from 'vitest';
import { VercelProvider } from './vercel-provider.ts';

declare const model: LanguageModel;

export async function sessionTools(): Promise<void> {
  const jackfield = new Jackfield({ provider: new VercelProvider() });
  const session = await jackfield.sessions.create('user_1');
  const tools = await session.tools();
  expectTypeOf(tools).toEqualTypeOf<ToolSet>();
  await generateText({ model, tools, prompt: 'Go.' });
  await generateText({ model, tools: { ...tools }, prompt: 'Go.' });
  expectTypeOf(new ToolLoopAgent({ model, tools }).tools).toEqualTypeOf<ToolSet>();
}

expectTypeOf(new VercelProvider()).toExtend<Provider<ToolSet, Tool>>();
expectTypeOf<NonNullable<ConstructorParameters<typeof VercelProvider>[0]>['needsApproval']>().toEqualTypeOf<
  ((tool: SessionTool) => boolean) | undefined
>();

// @ts-expect-error an option that does not exist
new VercelProvider({ strict: true });

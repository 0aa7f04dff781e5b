/** What the pages' snippets take for granted. */
import type { Jackfield as Client, Session } from '@jackfield/core';
import type { VercelProvider } from '@jackfield/vercel';
import type { LanguageModel, Tool, ToolSet } from 'ai';

declare global {
  const jackfield: Client<VercelProvider>;
  const session: Session<ToolSet, Tool, VercelProvider>;
  const model: LanguageModel;
}

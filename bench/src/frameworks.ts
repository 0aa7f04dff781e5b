/** An agent framework that is measured. */
export interface Framework {
  readonly name: FrameworkName;
  /** The framework's own package, which both providers have as a peer. */
  readonly package: string;
  /** Class of `@jackfield/<name>`. */
  readonly jackfieldProvider: string;
  /** Class of `@composio/<name>`. */
  readonly composioProvider: string;
}

export type FrameworkName = 'vercel' | 'langchain' | 'openai';

export const frameworks: readonly Framework[] = [
  { name: 'vercel', package: 'ai', jackfieldProvider: 'VercelProvider', composioProvider: 'VercelProvider' },
  {
    name: 'langchain',
    package: '@langchain/core',
    jackfieldProvider: 'LangChainProvider',
    composioProvider: 'LangchainProvider',
  },
  { name: 'openai', package: 'openai', jackfieldProvider: 'OpenAIProvider', composioProvider: 'OpenAIProvider' },
];

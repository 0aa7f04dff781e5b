/** Jackfield tools for the OpenAI SDK. */
export type { HandleToolCallsOptions, ToolExecutor } from './answer-call.ts';
export { OpenAIProvider, type OpenAIProviderOptions } from './openai-provider.ts';
export { OpenAIResponsesProvider } from './openai-responses-provider.ts';

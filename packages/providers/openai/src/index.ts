/** Jackfield tools for the OpenAI SDK. */
export type { HandleToolCallsOptions, ToolExecutor } from './answer-call.ts';
export { OpenAIProvider, type OpenAIProviderOptions } from './openai-provider.ts';
export { OpenAIResponsesProvider } from './openai-responses-provider.ts';
export { type GivenFunction, type ReadArguments, type StrictMode, strict } from './strict.ts';

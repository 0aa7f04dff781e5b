/** Jackfield tools for LangChain. */
export { LangChainProvider } from './langchain-provider.ts';

/** Jackfield tools for the Vercel AI SDK. */
export { VercelProvider, type VercelProviderOptions } from './vercel-provider.ts';

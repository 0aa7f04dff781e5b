// What the checks use of this generation of clients, as its documentation imports it.
export * as core from '@composio/core';
export { LangchainProvider } from '@composio/langchain';
export { OpenAIProvider } from '@composio/openai';
export { VercelProvider } from '@composio/vercel';
export { asSchema, generateText, stepCountIs as stopAfterSteps } from 'ai';
export { MockLanguageModelV3 as MockLanguageModel } from 'ai/test';
export { AIMessage, createAgent, fakeModel } from 'langchain';
export { z } from 'zod';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** @param {{ url: string, headers: Record<string, string> }} address */
export async function connectMcp({ url, headers }) {
  const client = new Client({ name: 'compat', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

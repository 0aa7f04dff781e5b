// What the checks use of this generation of clients, as its documentation imports it.
export * as core from '@composio/core';
export { LangchainProvider } from '@composio/langchain';
export { OpenAIProvider } from '@composio/openai';
export { VercelProvider } from '@composio/vercel';
export { asSchema, generateText, isStepCount as stopAfterSteps } from 'ai';
export { MockLanguageModelV4 as MockLanguageModel } from 'ai/test';
export { AIMessage, createAgent, fakeModel } from 'langchain';
export { z } from 'zod';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** @param {{ url: string, headers: Record<string, string> }} address */
export async function connectMcp({ url, headers }) {
  const client = new Client(
    { name: 'compat', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

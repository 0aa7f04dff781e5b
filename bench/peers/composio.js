// The peer's sessions, opened as its documentation says, with everything off that is not the work compared.
import { Composio } from '@composio/core';
import { LangchainProvider } from '@composio/langchain';
import { OpenAIProvider } from '@composio/openai';
import { VercelProvider } from '@composio/vercel';

const providers = { vercel: VercelProvider, langchain: LangchainProvider, openai: OpenAIProvider };

/**
 * @param {'vercel' | 'langchain' | 'openai'} framework
 * @param {string} baseURL
 * @param {string} sessionId
 */
export async function openSession(framework, baseURL, sessionId) {
  const composio = new Composio({
    apiKey: 'bench',
    baseURL,
    provider: new providers[framework](),
    allowTracking: false,
    disableVersionCheck: true,
  });
  return composio.use(sessionId);
}

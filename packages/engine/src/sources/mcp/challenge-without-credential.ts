import { JackfieldError } from '@jackfield/contract';
import { noAuthorization } from '../../connections/account-credentials.ts';
import { withTimeout } from '../../execution/with-timeout.ts';
import type { Toolkit } from '../../toolkit.ts';
import { type Challenge, ChallengeError } from './challenge-error.ts';
import { listTools } from './list-tools.ts';
import type { UpstreamClients } from './upstream-clients.ts';

const timeoutMs = 15_000;

/**
 * What an MCP server says to who comes without a credential and asks for its tools; undefined when it lists them, or
 * refuses for another reason.
 *
 * @throws JackfieldError what the egress throws
 */
export async function challengeWithoutCredential(
  clients: UpstreamClients,
  toolkit: Toolkit,
): Promise<Challenge | undefined> {
  const use = { toolkit, owner: '', authorization: noAuthorization, onToolsChanged() {} };
  const timeOver = () =>
    new JackfieldError('TIMEOUT', { message: `The MCP server of ${toolkit.name} did not answer in time.` });
  try {
    await withTimeout(new AbortController().signal, timeoutMs, timeOver, (signal) =>
      clients.use({ ...use, signal }, (client) => listTools(client, { signal })),
    );
    return undefined;
  } catch (error) {
    if (error instanceof ChallengeError) return error.challenge;
    if (
      JackfieldError.isInstance(error) &&
      (error.code === 'UPSTREAM_ERROR' || error.code === 'UPSTREAM_INVALID_RESPONSE')
    ) {
      return undefined;
    }
    throw error;
  }
}

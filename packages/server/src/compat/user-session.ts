import type { CallContext, Engine } from '@jackfield/engine';
import type { WireObject } from './wire-object.ts';

/** Calls of clients that name a user instead of a session. */
export interface UserSession {
  readonly params: { readonly session_id: string };
  readonly context: CallContext;
}

/**
 * A session of that user's with everything in it, for one call: what is said of accounts and auth configs narrows it.
 */
export async function userSession(
  engine: Engine,
  userId: string,
  context: CallContext,
  accounts: { authConfigs?: Record<string, string>; connectedAccounts?: Record<string, string[]> } = {},
): Promise<UserSession> {
  const session = await engine.passingSession(
    userId,
    {
      ...accounts,
      // A project may have as many accounts of a user as it likes; none of them takes the place of another.
      multiAccount: { enable: true, requireExplicitSelection: true },
      search: { enable: false },
      execute: { enableMultiExecute: false },
      manageConnections: { enable: false },
    },
    context,
  );
  return { params: { session_id: session.id }, context: { ...context, session } };
}

export function userIdOf(body: WireObject): string {
  const { user_id: userId } = body;
  return typeof userId === 'string' && userId !== '' ? userId : 'default';
}

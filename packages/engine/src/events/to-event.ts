import type { JackfieldEvent } from '@jackfield/contract';
import { toIdentity } from '../connections/account-identity.ts';
import type { StoredEvent } from '../stores/store.ts';

/** What others get to know of an event. */
export function toEvent({ id, type, userId, account, createdAt }: StoredEvent): JackfieldEvent {
  return {
    id,
    type,
    timestamp: createdAt.toISOString(),
    data: {
      id: account.id,
      userId,
      toolkit: { slug: account.toolkit },
      authConfig: { id: account.authConfigId },
      alias: account.alias,
      identity: toIdentity(account.identity),
      status: account.status,
      statusReason: account.statusReason,
    },
  };
}

import type { ConnectionStatus } from './auth-schemes.ts';
import type { AccountIdentity } from './connected-accounts.ts';

/**
 * What can become of a connected account.
 *
 * `connected`: it can be used, for the first time or again; `expired`: the service does not accept its credential any
 * more, and its user has to connect it again; `revoked`: its credential was withdrawn or deleted; `failed`: connecting
 * it led to nothing.
 */
export const eventTypes = [
  'connected_account.connected',
  'connected_account.expired',
  'connected_account.revoked',
  'connected_account.failed',
] as const;

export type EventType = (typeof eventTypes)[number];

/** What became of a connected account, and what it was like then. Holds no secret. */
export interface JackfieldEvent {
  /** Sorts by the order in which the project's events happened. */
  id: string;
  type: EventType;
  /** ISO 8601 instant. */
  timestamp: string;
  data: EventData;
}

/** A connected account, as it was right after the event. */
export interface EventData {
  /** Of the connected account. */
  id: string;
  userId: string;
  toolkit: { slug: string };
  authConfig: { id: string };
  alias: string | null;
  /** `null` when the service does not tell. */
  identity: AccountIdentity | null;
  status: ConnectionStatus;
  statusReason: string | null;
}

/** Which events are meant. */
export interface EventFilter {
  /** Default: all. */
  types?: EventType[] | undefined;
  /** Only those of accounts of this user. */
  userId?: string | undefined;
}

export interface ListEventsQuery extends EventFilter {
  /** Id of an event, `latest` (only what is yet to come), or `oldest`. Default: `oldest`. */
  after?: string | undefined;
  /** Seconds to wait for an event when there is none yet, at most 30. Default: 0. */
  wait?: number | undefined;
  /** At most 100, the default. */
  limit?: number | undefined;
}

export interface EventListResponse {
  /** Oldest first. */
  items: JackfieldEvent[];
  /** The `after` of the next call: where this one stopped looking. */
  after: string;
}

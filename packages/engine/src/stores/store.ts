import type { ErrorCode, EventType, JackfieldError } from '@jackfield/contract';

/** JSON that the store keeps as it is, without looking inside. Key order and numbers come back unchanged. */
export type JsonObject = { readonly [key: string]: unknown };

/**
 * Everything Jackfield keeps. The same behaviour on SQLite and PostgreSQL; open one with `openStore`.
 *
 * A write's promise resolves when the write is durable. Everything that belongs to a project is reached through its
 * `projectId`: another project's row is indistinguishable from one that does not exist.
 *
 * Besides the errors named at each method, every method throws JackfieldError `UNAVAILABLE` when the database cannot be
 * reached, `INVALID_REQUEST` for text that no database can hold (U+0000), and `INTERNAL` otherwise.
 */
export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  readonly projects: ProjectStore;
  readonly apiKeys: ApiKeyStore;
  readonly toolkits: ProjectToolkitStore;
  readonly sessions: SessionStore;
  readonly sessionTokens: SessionTokenStore;
  readonly authConfigs: AuthConfigStore;
  readonly connectedAccounts: ConnectedAccountStore;
  readonly connectLinks: ConnectLinkStore;
  readonly oauthFlows: OAuthFlowStore;
  readonly toolCalls: ToolCallStore;
  readonly idempotency: IdempotencyStore;
  readonly cancellations: CancellationStore;
  readonly toolLists: ToolListStore;
  readonly customTools: CustomToolStore;
  readonly events: EventStore;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly secrets: SecretStore;
  readonly searchMemory: SearchMemoryStore;
  readonly files: FileStore;
  readonly meta: MetaStore;
  /** Resolves when the database answers; throws `UNAVAILABLE` otherwise. For readiness checks. */
  ping(): Promise<void>;
  /** Writes what is still buffered and lets go of the database. Idempotent; other methods fail afterwards. */
  close(): Promise<void>;
}

/** Newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; `null` on the last. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** `nextCursor` of the previous page of the same list. @throws `INVALID_CURSOR` for any other value. */
  readonly cursor?: string | undefined;
  /** At least 1. */
  readonly limit: number;
}

export interface Project {
  readonly id: string;
  /** Unique. */
  readonly name: string;
  readonly createdAt: Date;
}

export interface ProjectStore {
  /** The project of that name, made if there is none. */
  ensure(name: string): Promise<Project>;
  /** All, oldest first. */
  list(): Promise<readonly Project[]>;
}

export interface ApiKey {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** Enough of the key for people to recognise it, such as its last four characters. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface NewApiKey {
  readonly projectId: string;
  readonly name: string;
  /** Of the key, which itself is stored nowhere. Unique. */
  readonly hash: string;
  readonly hint: string;
}

export interface ApiKeyStore {
  create(key: NewApiKey): Promise<ApiKey>;
  /** The key, unless it was revoked. */
  findByHash(hash: string): Promise<ApiKey | undefined>;
  /** All of a project, revoked ones too, newest first. */
  list(projectId: string): Promise<readonly ApiKey[]>;
  /** Whether there was such a key that was active until now. */
  revoke(projectId: string, id: string): Promise<boolean>;
}

/** A toolkit that a project added. */
export interface StoredToolkit {
  readonly projectId: string;
  /** Unique in the project. */
  readonly slug: string;
  /** Of all that the toolkit is made from: settings and document. */
  readonly hash: string;
  readonly settings: JsonObject;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewToolkit extends Pick<StoredToolkit, 'projectId' | 'slug' | 'hash' | 'settings'> {
  readonly document: Uint8Array;
}

export interface ProjectToolkitStore {
  /** 0, and one more with each change of the project's toolkits. */
  version(projectId: string): Promise<number>;
  /** All of a project, oldest first. */
  list(projectId: string): Promise<readonly StoredToolkit[]>;
  /** What it was made from. */
  document(projectId: string, slug: string): Promise<Pick<NewToolkit, 'hash' | 'settings' | 'document'> | undefined>;
  /**
   * Adds a toolkit, or puts another in the place of the one whose hash is `replacesHash`.
   *
   * @throws `CONFLICT` when there is one of that slug and `replacesHash` is not given, or is not its hash
   */
  put(toolkit: NewToolkit, replacesHash?: string | undefined): Promise<StoredToolkit>;
  /** Whether there was such a toolkit. */
  delete(projectId: string, slug: string): Promise<boolean>;
}

export interface StoredSession {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly config: JsonObject;
  /** 1, and one more with each change of `config`. */
  readonly configVersion: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date | null;
  /** Of the project's toolkits, when the session was read: see {@link ProjectToolkitStore.version}. */
  readonly toolkitsVersion: number;
  /** Custom tools that a process serves, or has served last. */
  readonly customTools: JsonObject | null;
}

export interface NewSession {
  /** From `createId('ses')`. */
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly config: JsonObject;
  readonly expiresAt: Date | null;
}

export interface SessionFilter extends PageRequest {
  readonly projectId: string;
  readonly userId?: string | undefined;
  /** Default: both. */
  readonly status?: 'active' | 'expired' | undefined;
}

export interface SessionUpdate {
  readonly projectId: string;
  readonly id: string;
  /** Replaces the config. Left out: unchanged, and the version too. */
  readonly config?: JsonObject | undefined;
  /** Left out: unchanged. `null`: never. */
  readonly expiresAt?: Date | null | undefined;
  /** Update only if the stored version is this one. */
  readonly expectedConfigVersion?: number | undefined;
}

export interface SessionConfigVersion {
  readonly configVersion: number;
  readonly config: JsonObject;
  readonly createdAt: Date;
}

export interface SessionStore {
  create(session: NewSession): Promise<StoredSession>;
  /** Expired sessions too. */
  get(projectId: string, id: string): Promise<StoredSession | undefined>;
  list(filter: SessionFilter): Promise<Page<StoredSession>>;
  /**
   * @throws `SESSION_NOT_FOUND`; `CONFIG_VERSION_CONFLICT` with the stored `configVersion` in its details when
   * `expectedConfigVersion` is another one.
   */
  update(update: SessionUpdate): Promise<StoredSession>;
  /** Whether there was such a session. Its config history and its tokens go with it; its tool calls stay. */
  delete(projectId: string, id: string): Promise<boolean>;
  /** Every config the session had, newest (the current one) first. @throws `SESSION_NOT_FOUND` */
  configHistory(projectId: string, id: string, page: PageRequest): Promise<Page<SessionConfigVersion>>;
}

/** A credential for one session alone. */
export interface StoredSessionToken {
  readonly id: string;
  readonly projectId: string;
  readonly sessionId: string;
  /** For people: what the token is for. Empty when nobody said. */
  readonly name: string;
  /** Enough of the token for people to recognise it. */
  readonly hint: string;
  /** What of the session it leaves out. */
  readonly narrowing: JsonObject;
  readonly createdAt: Date;
  /** `null`: when the session does. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewSessionToken {
  /** From `createId('tok')`. */
  readonly id: string;
  readonly projectId: string;
  readonly sessionId: string;
  readonly name: string;
  /** Of the token, which itself is stored nowhere. Unique. */
  readonly hash: string;
  readonly hint: string;
  readonly narrowing: JsonObject;
  readonly expiresAt: Date | null;
}

export interface SessionTokenFilter extends PageRequest {
  readonly projectId: string;
  readonly sessionId: string;
}

/** Found by the hash of the token alone: who holds it has no project yet. */
export interface SessionTokenStore {
  /** @throws `CONFLICT` if the project has no such session. */
  create(token: NewSessionToken): Promise<StoredSessionToken>;
  /** The token and its session, unless the token was revoked or has expired. The session may have expired. */
  findByHash(
    hash: string,
  ): Promise<{ readonly token: StoredSessionToken; readonly session: StoredSession } | undefined>;
  /** All of a session, also those that were revoked or have expired. */
  list(filter: SessionTokenFilter): Promise<Page<StoredSessionToken>>;
  /** Whether there is such a token; one that was revoked before keeps that time. */
  revoke(projectId: string, sessionId: string, id: string): Promise<boolean>;
}

export interface StoredAuthConfig {
  readonly id: string;
  readonly projectId: string;
  readonly toolkit: string;
  /** Id of an auth scheme of the toolkit. */
  readonly schemeId: string;
  /** Mode of that scheme: `BEARER_TOKEN`. */
  readonly mode: string;
  readonly name: string;
  /** At most one per project and toolkit. */
  readonly isDefault: boolean;
  readonly enabled: boolean;
  /** What is not secret: scopes, client id. */
  readonly settings: JsonObject;
  /** What is (OAuth client secret), encrypted by the vault for this row. */
  readonly secret: Uint8Array | null;
  /** 1, and one more with each update. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewAuthConfig {
  /** From `createId('ac')`. */
  readonly id: string;
  readonly projectId: string;
  readonly toolkit: string;
  readonly schemeId: string;
  readonly mode: string;
  readonly name: string;
  /** Default: true. */
  readonly enabled?: boolean | undefined;
  /** Default: `{}`. */
  readonly settings?: JsonObject | undefined;
  /** Default: `null`. */
  readonly secret?: Uint8Array | null | undefined;
}

export interface AuthConfigFilter {
  readonly projectId: string;
  readonly toolkit?: string | undefined;
  readonly enabled?: boolean | undefined;
  /** Part of the name, the id or the toolkit, in any case. */
  readonly search?: string | undefined;
}

export interface AuthConfigUpdate {
  readonly projectId: string;
  readonly id: string;
  /** Update only if the stored version is this one. */
  readonly expectedVersion?: number | undefined;
  /** What is left out stays. */
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly settings?: JsonObject | undefined;
  readonly secret?: Uint8Array | null | undefined;
}

export interface AuthConfigStore {
  create(authConfig: NewAuthConfig): Promise<StoredAuthConfig>;
  /**
   * The default auth config of a toolkit, made from `make()` if there is none; of several callers at once one makes it
   * and all get that one.
   */
  ensureDefault(
    projectId: string,
    toolkit: string,
    make: () => Omit<NewAuthConfig, 'projectId' | 'toolkit'>,
  ): Promise<StoredAuthConfig>;
  get(projectId: string, id: string): Promise<StoredAuthConfig | undefined>;
  list(filter: AuthConfigFilter & PageRequest): Promise<Page<StoredAuthConfig>>;
  count(filter: AuthConfigFilter): Promise<number>;
  /** @throws `NOT_FOUND`; `CONFLICT` when `expectedVersion` is not the stored one. */
  update(update: AuthConfigUpdate): Promise<StoredAuthConfig>;
  /** Whether there was such an auth config. The accounts connected under it go with it. */
  delete(projectId: string, id: string): Promise<boolean>;
}

export type ConnectedAccountStatus =
  | 'INITIALIZING'
  | 'INITIATED'
  | 'ACTIVE'
  | 'FAILED'
  | 'EXPIRED'
  | 'INACTIVE'
  | 'REVOKED';

export interface StoredConnectedAccount {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly toolkit: string;
  readonly authConfigId: string;
  readonly status: ConnectedAccountStatus;
  readonly statusReason: string | null;
  readonly alias: string | null;
  /** Whom the credential belongs to at the service, when known. */
  readonly identity: JsonObject | null;
  readonly enabled: boolean;
  /** Of an OAuth account: what was asked for and what was granted. */
  readonly scopes: AccountScopes | null;
  /** Encrypted by the vault for this row. */
  readonly credential: Uint8Array | null;
  /** When the service stops to accept it, unless it is renewed; when known. */
  readonly credentialExpiresAt: Date | null;
  /** Who is renewing the credential; no owner: nobody may until then. */
  readonly lease: { readonly ownerId: string | null; readonly until: Date } | null;
  /** 1, and one more with each update. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface AccountScopes {
  readonly asked: readonly string[];
  readonly granted: readonly string[];
  /** What the service wanted beyond that: asked for when the account is connected again. */
  readonly needed?: readonly string[] | undefined;
}

export interface NewConnectedAccount {
  /** From `createId('ca')`. */
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly toolkit: string;
  readonly authConfigId: string;
  readonly status: ConnectedAccountStatus;
  /** Default of this and the next five: `null`. */
  readonly statusReason?: string | null | undefined;
  readonly alias?: string | null | undefined;
  readonly identity?: JsonObject | null | undefined;
  readonly scopes?: AccountScopes | null | undefined;
  readonly credential?: Uint8Array | null | undefined;
  readonly credentialExpiresAt?: Date | null | undefined;
  /** Default: true. */
  readonly enabled?: boolean | undefined;
  /** Told in the same transaction. Default: nothing. */
  readonly event?: EventType | undefined;
}

export interface ConnectedAccountFilter {
  readonly projectId: string;
  /** Of each list any one value; a list that is left out matches all, an empty one nothing. */
  readonly userIds?: readonly string[] | undefined;
  readonly toolkits?: readonly string[] | undefined;
  readonly statuses?: readonly ConnectedAccountStatus[] | undefined;
  readonly authConfigIds?: readonly string[] | undefined;
}

export interface ConnectedAccountUpdate {
  readonly projectId: string;
  readonly id: string;
  /** Update only if the stored version is this one. */
  readonly expectedVersion?: number | undefined;
  /** What is left out stays. */
  readonly status?: ConnectedAccountStatus | undefined;
  readonly statusReason?: string | null | undefined;
  readonly alias?: string | null | undefined;
  readonly identity?: JsonObject | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly scopes?: AccountScopes | null | undefined;
  readonly credential?: Uint8Array | null | undefined;
  readonly credentialExpiresAt?: Date | null | undefined;
  /** Update only if this owner has the lease, and give it back. */
  readonly leaseOwnerId?: string | undefined;
  /** Takes the lease away from whoever has it: what they are getting is of no use any more. Default: false. */
  readonly endLease?: boolean | undefined;
  /** Told in the same transaction, with the account as it is then. Default: nothing. */
  readonly event?: EventType | undefined;
  /** Id of the account whose place this one takes: that becomes INACTIVE and nameless in the same transaction. */
  readonly replaces?: string | undefined;
}

export interface AccountLease {
  readonly projectId: string;
  readonly id: string;
  readonly ownerId: string;
  readonly until: Date;
}

export interface ConnectedAccountStore {
  /** @throws `CONFLICT` if the project has no such auth config, or another account of the user and toolkit the alias. */
  create(account: NewConnectedAccount): Promise<StoredConnectedAccount>;
  get(projectId: string, id: string): Promise<StoredConnectedAccount | undefined>;
  /** Id of the account of that name; one that was only begun, or failed, has none yet. */
  aliasHolder(
    name: Pick<StoredConnectedAccount, 'projectId' | 'userId' | 'toolkit'> & { readonly alias: string },
  ): Promise<string | undefined>;
  list(filter: ConnectedAccountFilter & PageRequest): Promise<Page<StoredConnectedAccount>>;
  /** The accounts that a user has of one toolkit, newest first, at most 100. Read with each tool call. */
  listOfUser(
    owner: Pick<StoredConnectedAccount, 'projectId' | 'userId' | 'toolkit'>,
  ): Promise<readonly StoredConnectedAccount[]>;
  count(filter: ConnectedAccountFilter): Promise<number>;
  /**
   * @throws `CONNECTED_ACCOUNT_NOT_FOUND`; `CONFLICT` when `expectedVersion` is not the stored one, the lease is
   * another's, or so is the alias (`details.alias`).
   */
  update(update: ConnectedAccountUpdate): Promise<StoredConnectedAccount>;
  /**
   * Takes the sole right to renew a credential until an instant. The account, for exactly one caller and only while its
   * version is the expected one and no other lease is running; for all others `undefined`. Does not change the version.
   */
  lease(lease: AccountLease & { readonly expectedVersion: number }): Promise<StoredConnectedAccount | undefined>;
  /** Gives a lease back; nobody may take another before `until`, if that is given. */
  releaseLease(lease: Pick<AccountLease, 'projectId' | 'id' | 'ownerId'> & { readonly until?: Date }): Promise<void>;
  /**
   * Whether there was such an account.
   *
   * @param revoked why its credential is of no use any more, told as an event in the same transaction; without it nothing
   *   is told
   */
  delete(projectId: string, id: string, revoked?: string): Promise<boolean>;
}

/** Something that happened to a connected account; written in the transaction in which it happens. */
export interface StoredEvent {
  /** Unique; made of the sequence, see `eventId`. */
  readonly id: string;
  readonly projectId: string;
  /** 1 for the first event of a project, and one more with each: in the order of the transactions, without gaps. */
  readonly sequence: number;
  readonly type: EventType;
  readonly userId: string;
  readonly account: EventAccount;
  readonly createdAt: Date;
}

/** A connected account as it was. */
export interface EventAccount
  extends Pick<
    StoredConnectedAccount,
    'id' | 'toolkit' | 'authConfigId' | 'alias' | 'identity' | 'status' | 'statusReason'
  > {}

export interface EventsAfter {
  readonly projectId: string;
  /** Only events with a higher sequence. */
  readonly after: number;
  /** A list that is left out matches all. */
  readonly types?: readonly EventType[] | undefined;
  readonly userId?: string | undefined;
  readonly limit: number;
}

export interface EventStore {
  /** The sequences of the project's first kept event and of its last one; `last` 0 when nothing has happened yet. */
  bounds(projectId: string): Promise<{ readonly first: number | undefined; readonly last: number }>;
  /** Oldest first. */
  list(filter: EventsAfter): Promise<readonly StoredEvent[]>;
  /** How many were removed. */
  deleteBefore(instant: Date): Promise<number>;
}

/** Where events are sent. */
export interface StoredWebhook {
  readonly id: string;
  readonly projectId: string;
  readonly url: string;
  /** `null`: all. */
  readonly types: readonly EventType[] | null;
  readonly description: string;
  readonly enabled: boolean;
  readonly statusReason: string | null;
  /** The keys that sign, encrypted by the vault for this row. */
  readonly secret: Uint8Array;
  /** 1, and one more with each update. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewWebhook {
  /** From `createId('wh')`. */
  readonly id: string;
  readonly projectId: string;
  readonly url: string;
  readonly types: readonly EventType[] | null;
  readonly description: string;
  readonly secret: Uint8Array;
}

export interface WebhookUpdate {
  readonly projectId: string;
  readonly id: string;
  /** Update only if the stored version is this one. */
  readonly expectedVersion?: number | undefined;
  /** What is left out stays. */
  readonly url?: string | undefined;
  readonly types?: readonly EventType[] | null | undefined;
  readonly description?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly statusReason?: string | null | undefined;
  readonly secret?: Uint8Array | undefined;
}

export interface WebhookStore {
  create(webhook: NewWebhook): Promise<StoredWebhook>;
  get(projectId: string, id: string): Promise<StoredWebhook | undefined>;
  list(filter: { readonly projectId: string } & PageRequest): Promise<Page<StoredWebhook>>;
  count(projectId: string): Promise<number>;
  /** @throws `NOT_FOUND`; `CONFLICT` when `expectedVersion` is not the stored one. */
  update(update: WebhookUpdate): Promise<StoredWebhook>;
  /** Whether there was such a webhook. Its deliveries go with it. */
  delete(projectId: string, id: string): Promise<boolean>;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** One event on its way to one webhook; made in the transaction that makes the event. */
export interface StoredDelivery {
  readonly id: number;
  readonly projectId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: EventType;
  readonly status: DeliveryStatus;
  /** Begun, with the one that runs. */
  readonly attempts: number;
  readonly responseStatus: number | null;
  readonly reason: string | null;
  readonly attemptedAt: Date | null;
  /** When it is somebody's turn again; while an attempt runs, when that counts as lost. */
  readonly nextAttemptAt: Date;
}

/** A delivery that is the caller's to attempt. */
export interface ClaimedDelivery extends StoredDelivery {
  readonly event: StoredEvent;
}

export interface DeliveryAttempt {
  readonly id: number;
  readonly ownerId: string;
  readonly status: DeliveryStatus;
  readonly responseStatus: number | null;
  readonly reason: string | null;
  /** Of a delivery that stays pending. Default: as it is. */
  readonly nextAttemptAt?: Date | undefined;
}

export interface DeliveryStore {
  /** Takes deliveries whose turn it is, each for exactly one caller until `until`; each counts as attempted. */
  claim(claim: {
    readonly ownerId: string;
    readonly until: Date;
    readonly limit: number;
    /** Ids of webhooks that have their turn later. Default: none. */
    readonly except?: readonly string[] | undefined;
  }): Promise<readonly ClaimedDelivery[]>;
  /** Whether the delivery was still the owner's. */
  finish(attempt: DeliveryAttempt): Promise<boolean>;
  /** Gives a claimed one back, as if it had not been taken. */
  release(id: number, ownerId: string): Promise<void>;
  /** The last one of each of the webhooks, by webhook id. */
  latest(projectId: string, webhookIds: readonly string[]): Promise<ReadonlyMap<string, StoredDelivery>>;
  /** Gives up what is pending for a webhook. How many those were. */
  abandon(projectId: string, webhookId: string, reason: string): Promise<number>;
}

/** The tables that hold what the vault has encrypted, and that goes on to be needed. */
export type SecretTable = 'auth_configs' | 'connected_accounts' | 'webhooks' | 'oauth_flows';

export interface StoredSecret {
  readonly projectId: string;
  /** Of its row, as the vault knows it. */
  readonly id: string;
  readonly secret: Uint8Array;
}

/** All encrypted secrets, of every project: to encrypt them anew. */
export interface SecretStore {
  count(table: SecretTable): Promise<number>;
  /** In the order of project and id. */
  list(
    table: SecretTable,
    page: { readonly after?: Pick<StoredSecret, 'projectId' | 'id'> | undefined; readonly limit: number },
  ): Promise<readonly StoredSecret[]>;
  /** Whether the secret was still the one that was read. Nothing else of its row changes, not even its version. */
  replace(table: SecretTable, secret: StoredSecret, by: Uint8Array): Promise<boolean>;
}

/** A one-time link to the form on which a user connects an account. */
export interface ConnectLink {
  readonly projectId: string;
  readonly connectedAccountId: string;
  /** The account whose place the new one takes once it is connected. */
  readonly replacesAccountId: string | null;
  /** Where the browser goes afterwards. */
  readonly callbackUrl: string | null;
  /** What browsers reach this server at. */
  readonly publicUrl: string | null;
  /** Of the secret of the browser that the link belongs to. */
  readonly browserHash: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly consumedAt: Date | null;
}

export interface NewConnectLink {
  /** Of the token in the link, which itself is stored nowhere. Unique. */
  readonly tokenHash: string;
  readonly projectId: string;
  readonly connectedAccountId: string;
  /** Default: `null`. */
  readonly replacesAccountId?: string | null | undefined;
  readonly callbackUrl: string | null;
  /** Default: `null`. */
  readonly publicUrl?: string | null | undefined;
  readonly expiresAt: Date;
}

/** Links are found by the hash of their token alone: who holds the token has no project yet. */
export interface ConnectLinkStore {
  /** @throws `CONFLICT` if the project has no such connected account. */
  create(link: NewConnectLink): Promise<ConnectLink>;
  /** Also one that was consumed or has expired. */
  findByHash(tokenHash: string): Promise<ConnectLink | undefined>;
  /** Makes the link one browser's, unless it is another's already. Whether it is this one's. */
  bind(tokenHash: string, browserHash: string): Promise<boolean>;
  /**
   * The link, for exactly one caller and only while it has not expired; for all others `undefined`. What was begun in
   * time may be ended `late`.
   */
  consume(tokenHash: string, options?: { readonly late?: boolean }): Promise<ConnectLink | undefined>;
}

/** A user who is signing in at a service. */
export interface OAuthFlow {
  /** Of the `state`, which itself is stored nowhere. Unique. */
  readonly stateHash: string;
  readonly projectId: string;
  readonly connectedAccountId: string;
  readonly linkTokenHash: string;
  readonly browserHash: string;
  readonly redirectUri: string;
  /** The issuer that was asked; `null` when it has no name. */
  readonly issuer: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** PKCE verifier and nonce, encrypted by the vault for this row. */
  readonly secret: Uint8Array;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly consumedAt: Date | null;
}

export type NewOAuthFlow = Omit<OAuthFlow, 'createdAt' | 'consumedAt'>;

export interface OAuthFlowStore {
  /** @throws `CONFLICT` if there is no such link. */
  create(flow: NewOAuthFlow): Promise<void>;
  /** The flow, for exactly one caller and only while it has not expired; for all others `undefined`. */
  consume(stateHash: string): Promise<OAuthFlow | undefined>;
  /** How many were removed. */
  deleteExpired(): Promise<number>;
}

export interface ToolCall {
  /** From `createId('log')`. */
  readonly id: string;
  readonly projectId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly tool: string;
  readonly toolkit: string;
  readonly connectedAccountId: string | null;
  /** `refused`: the gate said no; nothing was sent. */
  readonly outcome: 'succeeded' | 'failed' | 'refused';
  readonly errorCode: ErrorCode | null;
  readonly requestId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
}

export interface ToolCallFilter extends PageRequest {
  readonly projectId: string;
  readonly sessionId: string;
}

export interface ToolCallStore {
  /**
   * Returns at once; the record is written soon after, together with others. At most {@link maxBufferedToolCalls} wait
   * while the database is away; after that the oldest are lost, which `onBackgroundError` hears of.
   */
  record(call: ToolCall): void;
  /** Resolves when everything recorded so far is durable. */
  flush(): Promise<void>;
  /** What was recorded, newest first. */
  list(filter: ToolCallFilter): Promise<Page<ToolCall>>;
}

/** How many records wait in memory while the database is away. */
export const maxBufferedToolCalls = 10_000;

/** `running`: begun and not finished; `unknown`: whether it happened cannot be told. */
export type IdempotencyState = 'running' | 'done' | 'unknown';

export interface IdempotencyRecord {
  readonly projectId: string;
  readonly scope: string;
  readonly key: string;
  readonly argumentHash: string;
  readonly state: IdempotencyState;
  readonly response: JsonObject | null;
  /** Who began it: names one attempt, or one process. */
  readonly ownerId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface IdempotencyKey {
  readonly projectId: string;
  /** What the key is unique in, such as a session id. */
  readonly scope: string;
  readonly key: string;
}

export interface IdempotencyStart extends IdempotencyKey {
  readonly argumentHash: string;
  readonly ownerId: string;
  /** After this the key counts as never used. */
  readonly expiresAt: Date;
}

export interface IdempotencyCompletion extends IdempotencyKey {
  readonly ownerId: string;
  readonly state: 'done' | 'unknown';
  readonly response: JsonObject | null;
}

export interface IdempotencyStore {
  /** Of several callers at once exactly one gets `created: true`; the others the record that it made. */
  begin(start: IdempotencyStart): Promise<{ readonly created: boolean; readonly record: IdempotencyRecord }>;
  /** Whether the record was still running and the owner's. */
  complete(completion: IdempotencyCompletion): Promise<boolean>;
  /** Forgets a record that is still running and the owner's: nothing happened. Whether there was one. */
  release(record: IdempotencyKey & Pick<IdempotencyRecord, 'ownerId'>): Promise<boolean>;
  /** Unless expired. */
  get(key: IdempotencyKey): Promise<IdempotencyRecord | undefined>;
  /** How many expired records were removed. */
  deleteExpired(): Promise<number>;
}

/** A call that is to be given up. */
export interface CancellableCallName {
  readonly projectId: string;
  readonly sessionId: string;
  /** Names the call among those of the session. */
  readonly call: string;
}

/** How one process tells another that a call which runs there is to be given up. */
export interface CancellationStore {
  /** Forgotten after `expiresAt`. Again: changes nothing. @throws `CONFLICT` if the project has no such session. */
  request(cancellation: CancellableCallName & { readonly expiresAt: Date }): Promise<void>;
  isRequested(call: CancellableCallName): Promise<boolean>;
}

/** One query of a search, and the tools that were its answer. */
export interface SearchedQuery {
  /** Stems of its words, sorted. */
  readonly words: string;
  readonly toolSlugs: readonly string[];
}

/** A tool that was used after a search. */
export interface LearnedTool {
  readonly words: string;
  readonly toolSlug: string;
  /** How often. */
  readonly uses: number;
}

/** Which tools searches end in. Nothing of it is seen by another project. */
export interface SearchMemoryStore {
  /** Puts what a session searched for in the place of what it searched for before. */
  searched(search: {
    readonly projectId: string;
    readonly sessionId: string;
    readonly queries: readonly SearchedQuery[];
  }): Promise<void>;
  /** What a session searched for last; empty if that was before `since`. */
  lastSearch(of: {
    readonly projectId: string;
    readonly sessionId: string;
    readonly since: Date;
  }): Promise<readonly SearchedQuery[]>;
  /** Counts one use. A project's last thousand stay. */
  learn(use: { readonly projectId: string; readonly words: string; readonly toolSlug: string }): Promise<void>;
  /** The last used first, at most a thousand. */
  list(projectId: string): Promise<readonly LearnedTool[]>;
}

/** Facts about the database as a whole. */
export interface MetaStore {
  get(key: string): Promise<string | undefined>;
  /** The stored value: `value`, unless the key had one before. The same for all of several callers at once. */
  ensure(key: string, value: string): Promise<string>;
  /** Replaces `expected` by `value`; false when the stored value was another. */
  replace(key: string, expected: string, value: string): Promise<boolean>;
}

export interface StoreOptions {
  /** What time it is. Default: the system clock. */
  readonly now?: (() => Date) | undefined;
  /** Hears of errors that no caller can be told: tool calls that could not be recorded. Default: nobody. */
  readonly onBackgroundError?: ((error: JackfieldError) => void) | undefined;
}

/** What an MCP server listed when it was asked for its tools. */
export interface StoredToolList {
  /** Of the server and what it was asked with. */
  readonly key: string;
  readonly toolkit: string;
  /** With which it was asked; the list goes with it. */
  readonly account: { readonly projectId: string; readonly connectedAccountId: string } | null;
  /** Of the tools; `null` as long as there was no list. */
  readonly hash: string | null;
  readonly state: JsonObject;
  readonly listedAt: Date | null;
  /** When it was asked last, with or without success. */
  readonly askedAt: Date;
}

export interface ToolListStore {
  /** Those of the keys that there are, without their tools. */
  get(keys: readonly string[]): Promise<readonly StoredToolList[]>;
  tools(key: string): Promise<{ readonly hash: string; readonly tools: readonly JsonObject[] } | undefined>;
  /** Adds it, or takes the place of the one with the same key. Without `tools` those that are there stay. */
  put(list: StoredToolList, tools?: readonly JsonObject[]): Promise<void>;
}

/** Where a file is. */
export interface FileKey {
  readonly projectId: string;
  /** `null`: of the project. */
  readonly sessionId: string | null;
  /** Name of a folder tree of its own. */
  readonly mount: string;
  /** Without a slash in front. */
  readonly path: string;
}

export interface StoredFile extends FileKey {
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  readonly updatedAt: Date;
}

export interface NewFile extends FileKey {
  readonly mimeType: string;
  readonly content: Uint8Array;
}

export interface FileFilter extends PageRequest, Omit<FileKey, 'path'> {
  /** What their paths begin with. Default: anything. */
  readonly prefix?: string | undefined;
}

export interface FileStore {
  /** In place of the one that is there, if any. */
  put(file: NewFile): Promise<StoredFile>;
  get(key: FileKey): Promise<StoredFile | undefined>;
  content(key: FileKey): Promise<Pick<NewFile, 'content' | 'mimeType'> | undefined>;
  /** Those of a session go with it. */
  list(filter: FileFilter): Promise<Page<StoredFile>>;
  /** Whether there was such a file. */
  delete(key: FileKey): Promise<boolean>;
}

/** A process that runs the custom tools of a session. */
export interface CustomToolWorker {
  readonly projectId: string;
  readonly sessionId: string;
  readonly workerId: string;
}

/** A call of a custom tool, on its way to a worker and back. */
export interface StoredCustomToolCall {
  readonly id: string;
  readonly tool: string;
  readonly input: JsonObject;
  readonly state: 'queued' | 'running' | 'done';
  /** Until when the worker is taken to be alive. */
  readonly leaseUntil: Date | null;
  readonly result: JsonObject | null;
}

export interface CustomToolStore {
  /** Writes down which custom tools a session has. */
  define(projectId: string, sessionId: string, definitions: JsonObject): Promise<void>;
  /** The worker is there, at least until then, and would take so many calls. */
  seen(worker: CustomToolWorker, until: Date, capacity: number): Promise<void>;
  leave(worker: CustomToolWorker): Promise<void>;
  hasWorker(projectId: string, sessionId: string): Promise<boolean>;
  add(
    call: Pick<CustomToolWorker, 'projectId' | 'sessionId'> & Pick<StoredCustomToolCall, 'id' | 'tool' | 'input'>,
  ): Promise<void>;
  /**
   * Hands out the oldest calls that wait, each to one worker: to none while another that was seen and would take calls
   * has fewer, except those that it let wait for half a second.
   */
  claim(worker: CustomToolWorker, capacity: number, leaseUntil: Date): Promise<readonly StoredCustomToolCall[]>;
  /** @returns those of the calls that were given up */
  renew(worker: CustomToolWorker, ids: readonly string[], leaseUntil: Date): Promise<readonly string[]>;
  /** Whether the call was the worker's, and not finished. */
  finish(worker: CustomToolWorker, id: string, result: JsonObject): Promise<boolean>;
  get(id: string): Promise<StoredCustomToolCall | undefined>;
  cancel(id: string): Promise<void>;
  /** Takes a call back that no worker has. */
  takeBack(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
}

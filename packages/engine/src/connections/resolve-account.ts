import { type ConnectedAccountSummary, JackfieldError, type SessionConfig } from '@jackfield/contract';
import type { Store, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import { identityLabel, toIdentity } from './account-identity.ts';

export interface AccountQuery {
  readonly projectId: string;
  readonly userId: string;
  readonly config: SessionConfig;
  readonly toolkit: Pick<Toolkit, 'slug' | 'name'>;
}

/**
 * The accounts of a toolkit that a session may use, newest first, whatever their status: those of its user, narrowed by
 * the config's `connectedAccounts` and `authConfigs`.
 */
export async function sessionAccounts(
  store: Store,
  { projectId, userId, config, toolkit }: AccountQuery,
): Promise<readonly StoredConnectedAccount[]> {
  const accounts = await store.connectedAccounts.listOfUser({ projectId, userId, toolkit: toolkit.slug });
  return accounts.filter((account) => permits(config, account));
}

/** Whether a session config leaves an account of its user in reach. */
export function permits(config: SessionConfig, account: StoredConnectedAccount): boolean {
  const pinned = own(config.connectedAccounts, account.toolkit);
  const authConfigId = own(config.authConfigs, account.toolkit);
  return (
    (pinned === undefined || pinned.includes(account.id)) &&
    (authConfigId === undefined || authConfigId === account.authConfigId)
  );
}

export function isReady(account: StoredConnectedAccount): boolean {
  return account.status === 'ACTIVE' && account.enabled;
}

export interface AccountChoice extends AccountQuery {
  /** Id or alias, when the caller named one. */
  readonly account?: string | undefined;
  /** The call works without an account, too. */
  readonly optional: boolean;
  /** The tool with which the agent can have an account connected, if it has it. */
  readonly connectTool?: string | undefined;
}

/**
 * The account that a call is made with: the one it names, or the only one that is ready. Of several, none is guessed:
 * the error names them. Only a config that says `multiAccount.requireExplicitSelection: false` makes the choice itself,
 * by what does not change when another account is connected: the first that it lists, else the one connected first.
 *
 * @returns undefined when none is ready (or several are) and the call works without
 * @throws JackfieldError `CONNECTION_REQUIRED`, `CONNECTION_AMBIGUOUS`, `CONNECTION_NOT_ACTIVE`, `CONNECTION_EXPIRED`,
 *   `CONNECTED_ACCOUNT_NOT_FOUND`
 */
export async function resolveAccount(store: Store, choice: AccountChoice): Promise<StoredConnectedAccount | undefined> {
  const accounts = await sessionAccounts(store, choice);
  const { toolkit, config } = choice;
  if (choice.account !== undefined) {
    const account = findNamed(accounts, choice.account, toolkit);
    if (isReady(account)) return account;
    throw unusable(choice, [account]);
  }
  const ready = accounts.filter(isReady);
  const [only, ...others] = ready;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined && config.multiAccount?.enable && config.multiAccount.requireExplicitSelection === false) {
    const pinned = own(config.connectedAccounts, toolkit.slug);
    return pinned === undefined
      ? ready.at(-1)
      : ready.toSorted((a, b) => pinned.indexOf(a.id) - pinned.indexOf(b.id))[0];
  }
  if (choice.optional) return undefined;
  if (only !== undefined) throw ambiguous(choice, ready);
  if (accounts.length > 0) throw unusable(choice, accounts);
  throw required(choice);
}

/**
 * The account that an id or alias names, one that is ready before others.
 *
 * @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `CONNECTION_AMBIGUOUS`
 */
export function findNamed(
  accounts: readonly StoredConnectedAccount[],
  name: string,
  toolkit: Pick<Toolkit, 'slug' | 'name'>,
): StoredConnectedAccount {
  const named = accounts.filter(({ id, alias }) => id === name || alias === name);
  // A connection that was begun and left may have the same alias as the one that was finished.
  const [ready, ...others] = named.filter(isReady);
  if (ready !== undefined && others.length > 0) throw ambiguous({ toolkit }, [ready, ...others]);
  const account = ready ?? named.find(({ status }) => status === 'EXPIRED') ?? named[0];
  if (account !== undefined) return account;
  throw notFound({ toolkit }, name, accounts);
}

/** The one that ran out says more than those that were begun and left. */
function unusable(choice: AccountChoice, accounts: readonly StoredConnectedAccount[]): JackfieldError {
  const [expired, ...others] = accounts.filter(({ status, enabled }) => status === 'EXPIRED' && enabled);
  return expired !== undefined && others.length === 0
    ? connectionExpired(expired, choice.toolkit)
    : notActive(choice, accounts);
}

/** Without the link to connect it again, which only a session can make: see the gate. */
export function connectionExpired(
  account: StoredConnectedAccount,
  toolkit: Pick<Toolkit, 'slug' | 'name'>,
): JackfieldError {
  const reason = account.statusReason === null ? '' : ` ${account.statusReason}`;
  return new JackfieldError('CONNECTION_EXPIRED', {
    message: `The connection of ${describeAccount(account)} to ${toolkit.name} has ended.${reason}`,
    fix: `Have the user connect it again: session.authorize('${toolkit.slug}', { account: '${account.id}' }) makes the link.`,
    details: { toolkit: toolkit.slug, connectedAccountId: account.id },
  });
}

function required(choice: AccountChoice): JackfieldError {
  const { toolkit } = choice;
  return new JackfieldError('CONNECTION_REQUIRED', {
    message: `The user has not connected an account of ${toolkit.name} (${toolkit.slug}).`,
    fix: connect(choice),
    details: { toolkit: toolkit.slug },
  });
}

function ambiguous(
  { toolkit }: Pick<AccountChoice, 'toolkit'>,
  accounts: readonly StoredConnectedAccount[],
): JackfieldError {
  return new JackfieldError('CONNECTION_AMBIGUOUS', {
    message: `The user has ${accounts.length} accounts of ${toolkit.name}: ${accounts.map(describeAccount).join(', ')}.`,
    fix: `Say which one: give its id or alias as \`account\`. If it is not clear which is meant, ask the user.`,
    details: { toolkit: toolkit.slug, accounts: accounts.map(summaryOf) },
  });
}

function notActive(choice: AccountChoice, accounts: readonly StoredConnectedAccount[]): JackfieldError {
  const { toolkit } = choice;
  // Each link that was made and not followed leaves one behind.
  const finished = accounts.filter(({ status }) => status !== 'INITIATED');
  const states = finished.slice(0, 5).map((account) => {
    const state = account.enabled ? account.status : 'disabled';
    return `${describeAccount(account)} is ${state}${account.statusReason === null ? '' : ` (${account.statusReason})`}`;
  });
  return new JackfieldError('CONNECTION_NOT_ACTIVE', {
    message:
      states.length === 0
        ? `The user has begun to connect ${toolkit.name} (${toolkit.slug}) and not finished.`
        : `No account of ${toolkit.name} can be used: ${states.join('; ')}.`,
    fix: connect(choice),
    details: {
      toolkit: toolkit.slug,
      accounts: accounts.map(({ id, alias, status, enabled }) => ({ id, alias, status, enabled })),
    },
  });
}

function notFound(
  { toolkit }: Pick<AccountChoice, 'toolkit'>,
  named: string,
  accounts: readonly StoredConnectedAccount[],
): JackfieldError {
  const ready = accounts.filter(isReady);
  return new JackfieldError('CONNECTED_ACCOUNT_NOT_FOUND', {
    message: `There is no account ${JSON.stringify(named)} of ${toolkit.name} that this session may use.`,
    fix:
      ready.length === 0
        ? `The user has no account of ${toolkit.name} that is ready.`
        : `Give the id or alias of one of these: ${ready.map(describeAccount).join(', ')}.`,
    details: { toolkit: toolkit.slug, account: named },
  });
}

function connect({ toolkit, connectTool }: AccountChoice): string {
  return connectTool === undefined
    ? `Have the user connect one: session.authorize('${toolkit.slug}') makes the link.`
    : `Call ${connectTool} with toolkits ["${toolkit.slug}"] and give the user the link that it returns.`;
}

/** `ca_… ("work", ada@example.com)` */
export function describeAccount({ id, alias, identity }: StoredConnectedAccount): string {
  const label = identityLabel(toIdentity(identity));
  const told = [...(alias === null ? [] : [JSON.stringify(alias)]), ...(label === undefined ? [] : [label])];
  return told.length === 0 ? id : `${id} (${told.join(', ')})`;
}

/** What tells an account from others, as data. */
export function summaryOf({ id, alias, identity }: StoredConnectedAccount): ConnectedAccountSummary {
  return { id, alias, identity: toIdentity(identity) };
}

/** The names in a config are the caller's: one of them may be that of a property that every object has. */
function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

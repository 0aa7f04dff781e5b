import { JackfieldError } from '@jackfield/contract';
import type { ConnectLinkService } from '../../connections/connect-link-service.ts';
import { describeAccount, isReady, sessionAccounts, summaryOf } from '../../connections/resolve-account.ts';
import type { Store } from '../../stores/store.ts';
import { unknownToolkit } from '../../toolkits/unknown-name.ts';
import { failureText } from '../execute-response.ts';
import type { MetaTool, MetaToolCall } from './meta-tool.ts';

export function manageConnections(store: Store, links: ConnectLinkService): MetaTool {
  async function connect(slug: string, again: boolean, call: MetaToolCall): Promise<Record<string, unknown>> {
    const { session, context, slugOf } = call;
    const toolkit = session.scope.catalog.toolkits.get(slug);
    if (toolkit === undefined) throw unknownToolkit([slug], session.scope.catalog, session.scope.toolkits);
    if (toolkit.noAuth) {
      return {
        status: 'not_needed',
        has_active_connection: true,
        instruction: `${toolkit.toolkit.name} works without a connection. Go on.`,
      };
    }
    const accounts = await sessionAccounts(store, { ...session, toolkit: toolkit.toolkit });
    const ready = accounts.filter(isReady);
    if (ready.length > 0 && !again) {
      return {
        status: 'active',
        has_active_connection: true,
        accounts: ready.map((account) => summaryOf(account)),
        instruction:
          ready.length === 1
            ? `Connected: ${ready.map(describeAccount).join(', ')}. Go on.`
            : `Connected: ${ready.map(describeAccount).join(', ')}. Say which one in \`account\` when you run a tool.`,
      };
    }
    // One that ended, or that the session is limited to, is connected again and stays the same account.
    const isPinned = Object.hasOwn(session.config.connectedAccounts ?? {}, slug);
    const ended = ready.length === 0 ? accounts.filter(({ status }) => status === 'EXPIRED') : isPinned ? ready : [];
    const account = ended.length === 1 ? ended[0]?.id : undefined;
    const link = await links.link(session, { toolkit: slug, account }, context);
    const { redirectUrl, connectedAccountId, expiresAt } = link;
    const wait = slugOf('WAIT_FOR_CONNECTIONS');
    return {
      status: 'initiated',
      has_active_connection: false,
      connected_account_id: connectedAccountId,
      redirect_url: redirectUrl,
      expires_at: expiresAt,
      instruction: `Show the user this link as it is and ask them to connect ${toolkit.toolkit.name} there: ${redirectUrl} ${
        wait === undefined ? 'Go on when they say that they are done.' : `Then call ${wait}.`
      }`,
    };
  }

  return {
    word: 'MANAGE_CONNECTIONS',
    name: 'Connect apps',
    hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    isOn: (switches) => switches.manageConnections,
    describe: ({ apps }) =>
      [
        "Connects the user's accounts. Call it when a result says that an app is not connected, or that its credential was refused.",
        'For each app it answers that it is connected, or a link: show the link to the user exactly as it is. Never ask for passwords or keys yourself.',
        apps,
      ].join('\n'),
    inputSchema: {
      type: 'object',
      properties: {
        toolkits: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: { type: 'string' },
          description: 'Slugs of the apps to connect.',
        },
        reinitiate_all: {
          type: 'boolean',
          description:
            'Connect again although there is a connection, because its credential was refused or another account is wanted. Default: false.',
        },
      },
      required: ['toolkits'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        results: {
          type: 'object',
          description: 'By app.',
          additionalProperties: {
            type: 'object',
            properties: {
              status: { type: 'string', enum: ['active', 'initiated', 'not_needed', 'failed'] },
              has_active_connection: { type: 'boolean' },
              redirect_url: { type: 'string' },
              instruction: { type: 'string' },
            },
            required: ['status', 'has_active_connection', 'instruction'],
          },
        },
      },
      required: ['results'],
    },
    async run(input, call) {
      const { toolkits, reinitiate_all: again = false } = input as {
        toolkits: readonly string[];
        reinitiate_all?: boolean;
      };
      const results = await Promise.all(
        [...new Set(toolkits)].map(async (slug): Promise<[string, Record<string, unknown>]> => {
          try {
            return [slug, await connect(slug, again, call)];
          } catch (error) {
            if (!JackfieldError.isInstance(error)) throw error;
            return [slug, { status: 'failed', has_active_connection: false, instruction: failureText(error) }];
          }
        }),
      );
      return { results: Object.fromEntries(results) };
    },
  };
}

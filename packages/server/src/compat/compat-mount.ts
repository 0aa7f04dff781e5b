import { JackfieldError, type SerializedError } from '@jackfield/contract';
import type { Mount } from '../create-app.ts';
import { accountRoutes } from './account-routes.ts';
import { authConfigRoutes } from './auth-config-routes.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { compatPath } from './compat-path.ts';
import { mountCompatRoute } from './compat-route.ts';
import { fileRoutes } from './file-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { toolRoutes } from './tool-routes.ts';

/** Half of what clients wait, and less than most proxies do. */
const defaultAnswerBeginsWithinMs = 25_000;

export interface CompatMountOptions {
  /** When the answer to a call begins although its tool still runs, in milliseconds. Default: 25,000. */
  readonly answerBeginsWithinMs?: number | undefined;
}

/** The routes that clients of another platform call, with the names that they know. */
export function compatMount({ answerBeginsWithinMs = defaultAnswerBeginsWithinMs }: CompatMountOptions = {}): Mount {
  return {
    path: compatPath,
    mcpPath: `${compatPath}/mcp`,
    dialect: {
      metaToolPrefix: 'COMPOSIO',
      sayError,
      refuse: refuseOtherKeys,
      explainMissing,
      routes: (engine) =>
        [
          ...sessionRoutes(engine),
          ...fileRoutes(engine),
          ...accountRoutes(engine),
          ...authConfigRoutes(engine),
          ...catalogueRoutes(engine),
          ...toolRoutes(engine),
        ].map((route) => mountCompatRoute(route, answerBeginsWithinMs)),
    },
  };
}

/** In these headers clients send what a person, or an organization, signed in with at the other platform. */
const otherKeys = ['x-user-api-key', 'x-org-api-key'] as const;

/** @throws JackfieldError `UNAUTHENTICATED` */
function refuseOtherKeys(headers: Headers): void {
  const other = otherKeys.find((name) => headers.has(name));
  if (other === undefined || headers.has('x-api-key') || headers.has('authorization')) return;
  throw new JackfieldError('UNAUTHENTICATED', {
    message: `The request carries a key in \`${other}\`, which is not read here, and none in \`x-api-key\`.`,
    fix: 'Give the client a key of this server as `apiKey`: `jackfield keys create` makes one.',
  });
}

/** What clients have methods for and this server has nothing for, by the first part of its paths. */
const leftOut: Readonly<Record<string, string>> = {
  trigger_instances: 'Triggers',
  triggers_types: 'Triggers',
  webhook_subscriptions: 'Webhooks of triggers',
  webhook_endpoints: 'Webhooks of triggers',
  logs: 'Logs',
  org: 'Organizations',
};

function explainMissing(whole: string): string | undefined {
  const start = whole.lastIndexOf(`${compatPath}/`);
  if (start < 0) return explainOtherVersion(whole);
  const path = whole.slice(start + compatPath.length);
  const [, first = '', second] = path.split('/');
  if (first === 'mcp' && second !== undefined) return 'MCP servers beside sessions are not there; use `session.mcp`.';
  if (/^\/tools\/execute\/[^/]+\/input$/.test(path)) return 'No model reads words here; send `arguments` to execute.';
  const what = Object.hasOwn(leftOut, first) ? leftOut[first] : undefined;
  return what === undefined ? undefined : `${what} are not there in Jackfield; the rest of the client works.`;
}

function explainOtherVersion(path: string): string | undefined {
  if (path.includes('/api/v3/internal/sdk/realtime/')) return 'Triggers are not there in Jackfield.';
  return /\/api\/v[123]\//.test(path)
    ? `The client is older than those that call ${compatPath}: use @composio/core 0.17 or newer.`
    : undefined;
}

/** How clients know that a user has no account for a tool. */
const noConnectedAccount = 1803;

/** Clients show the message and nothing else, so it says how to mend it, too. */
function sayError({ code, fix, message, ...error }: SerializedError) {
  const words = [message, fix, code === 'UNKNOWN_TOOL' ? aboutSlugs(error.details) : undefined];
  return {
    ...error,
    message: words.filter((each) => each !== undefined).join(' '),
    code: code === 'CONNECTION_REQUIRED' ? noConnectedAccount : code,
    slug: code,
    ...(fix === undefined ? {} : { suggested_fix: fix }),
  };
}

function aboutSlugs(details: SerializedError['details']): string {
  return JSON.stringify(details ?? {}).includes('"COMPOSIO_REMOTE_')
    ? 'There is no sandbox here.'
    : 'Slugs are often not those of other platforms: `jackfield import` compares them.';
}

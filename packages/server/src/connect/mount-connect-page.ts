import { createHash, randomBytes } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import {
  accountLabel,
  type ConnectContent,
  type ConnectIssue,
  type ConnectMistakes,
  type ConnectPageSettings,
  createConnectPages,
} from '@jackfield/dashboard';
import type { ConnectFlow, ConnectForm, ConnectStep, ConnectSuccess, Logger } from '@jackfield/engine';
import type { Context } from 'hono';
import type { AppEnvironment } from '../create-app.ts';
import { toAnswerableError } from '../error-answer.ts';
import { readBody } from '../read-body.ts';
import { keepBrowser, newBrowser, readBrowser } from './browser-cookie.ts';
import { connectNotice } from './connect-notice.ts';
import { isFromHere } from './is-from-here.ts';
import { keepResult, readResult } from './result-cookie.ts';

type Handle = (context: Context<AppEnvironment>) => Promise<Response>;

export interface ConnectPageOptions {
  readonly bind: (method: 'GET' | 'POST', template: string, handle: Handle) => void;
  readonly connect: ConnectFlow;
  /** Origin under which browsers reach the page, when it is not the request's own. */
  readonly publicUrl: string | ((request: Request) => string) | undefined;
  readonly settings: ConnectPageSettings | undefined;
  readonly logger: Logger | undefined;
}

/** A form of key-like credentials is small. */
const maximumFormBytes = 65_536;

const scriptPath = '/connect/page.js';

/**
 * The pages on which a person connects an account. They work without JavaScript.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for settings that cannot work
 */
export function mountConnectPage({ bind, connect, publicUrl, settings, logger }: ConnectPageOptions): void {
  const pages = createConnectPages(settings);
  const scriptVersion = createHash('sha256').update(pages.script).digest('base64url').slice(0, 12);

  bind('GET', scriptPath, async () => {
    return new Response(pages.script, {
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        // Its address changes with it.
        'cache-control': 'public, max-age=31536000, immutable',
      },
    });
  });

  bind('GET', '/connect/done', async ({ req: { raw: request } }) =>
    pageAnswer(request, 200, { kind: 'done', result: readResult(request.headers, baseOf(request)) }),
  );

  const comeBack = orNotice({ canRepeat: false }, async (context) => {
    const request = context.req.raw;
    const authConfigId = context.req.param('auth_config_id');
    const parameters = new URL(request.url).searchParams;
    const callback = { parameters, ...(authConfigId === undefined ? {} : { authConfigId }) };
    const result = await connect.finishSignIn(callback, readBrowser(request.headers, baseOf(request)));
    if (result.status === 'success')
      return connected(result, authConfigId === undefined ? './done' : '../done', request);
    context.get('record').errorCode = 'AUTHORIZATION_FAILED';
    if (result.redirectUrl !== undefined) return redirect(result.redirectUrl);
    const { kind: failure, toolkit, message } = result;
    return pageAnswer(request, 400, { kind: 'failed', failure, toolkit: toolkit.name, message });
  });
  bind('GET', '/connect/callback', comeBack);
  bind('GET', '/connect/callback/{auth_config_id}', comeBack);

  bind('GET', '/connect/client/{auth_config_id}', async (context) => {
    const id = context.req.param('auth_config_id') ?? '';
    const document = connect.clientMetadata(baseOf(context.req.raw), id);
    return Response.json(document, { headers: { 'cache-control': 'public, max-age=300' } });
  });

  bind(
    'GET',
    '/connect/{token}',
    orNotice({ canRepeat: true }, async (context) => {
      const request = context.req.raw;
      // Chats open links to show a preview. What is no browser gets to see the page, and does not make it its own.
      const isBrowser = request.headers.get('sec-fetch-dest') === 'document';
      const browser = readBrowser(request.headers, baseOf(request)) ?? (isBrowser ? newBrowser() : undefined);
      const answer = stepAnswer(request, 200, await connect.open(tokenOf(context), browser));
      if (browser !== undefined) keepBrowser(answer.headers, browser, baseOf(request));
      return answer;
    }),
  );

  bind(
    'POST',
    '/connect/{token}',
    orNotice({ canRepeat: true }, async (context) => {
      const request = context.req.raw;
      const token = tokenOf(context);
      if (!isFromHere(request.headers, baseOf(request))) {
        context.get('record').errorCode = 'FORBIDDEN';
        return pageAnswer(request, 403, { kind: 'notice', notice: 'foreignForm' });
      }
      const entered = await readForm(request);
      const browser = readBrowser(request.headers, baseOf(request)) ?? newBrowser();
      const form = await connect.open(token, browser);
      if (form.kind === 'sign-in') {
        const { authorizationUrl } = await connect.startSignIn(token, browser);
        const answer = redirect(authorizationUrl);
        keepBrowser(answer.headers, browser, baseOf(request));
        return answer;
      }
      const fields = Object.fromEntries(
        form.fields.flatMap(({ name }) => {
          const value = entered.get(name);
          return value === null ? [] : [[name, value] as const];
        }),
      );
      try {
        return connected(await connect.submit(token, fields, browser), './done', request);
      } catch (error) {
        if (!JackfieldError.isInstance(error) || error.code !== 'INVALID_REQUEST') throw error;
        context.get('record').errorCode = error.code;
        const answer = stepAnswer(request, error.status, form, mistakesOf(error, form, fields));
        keepBrowser(answer.headers, browser, baseOf(request));
        return answer;
      }
    }),
  );

  /** What browsers reach this server at. */
  function baseOf(request: Request): string {
    return typeof publicUrl === 'function' ? publicUrl(request) : (publicUrl ?? new URL(request.url).origin);
  }

  /** To the app that asked, or to our own last page. */
  function connected({ redirectUrl, toolkit, identity }: ConnectSuccess, done: string, request: Request): Response {
    const answer = redirect(redirectUrl ?? done);
    if (redirectUrl === undefined) {
      keepResult(answer.headers, { toolkit: toolkit.name, account: accountLabel(identity) }, baseOf(request));
    }
    return answer;
  }

  /** Errors are for a person to read here. */
  function orNotice({ canRepeat }: { readonly canRepeat: boolean }, handle: Handle): Handle {
    return async (context) => {
      const request = context.req.raw;
      try {
        return await handle(context);
      } catch (thrown) {
        const record = context.get('record');
        const error = toAnswerableError(thrown, request.signal);
        record.errorCode = error.code;
        const notice = connectNotice(error, record.requestId, canRepeat);
        // Whoever is told the number wants to find something under it.
        if (error.status >= 500 || notice.number !== undefined) {
          logger?.error({ requestId: record.requestId, route: record.route, err: error }, error.message);
        }
        return pageAnswer(request, error.status, notice);
      }
    };
  }

  function stepAnswer(request: Request, status: number, step: ConnectStep, mistakes?: ConnectMistakes): Response {
    // Browsers apply `form-action` also to where the answer redirects.
    const next =
      step.kind === 'sign-in' ? step.authorizationOrigin : step.callbackUrl && new URL(step.callbackUrl).origin;
    const content = step.kind === 'sign-in' ? step : { ...step, mistakes };
    return pageAnswer(request, status, content, next === undefined ? [] : [next]);
  }

  function pageAnswer(
    request: Request,
    status: number,
    content: ConnectContent,
    formAction?: readonly string[],
  ): Response {
    const nonce = randomBytes(16).toString('base64');
    // Relative, for the server may be mounted anywhere.
    const isNested = new URL(request.url).pathname.includes('/connect/callback/');
    const page = pages.render(content, {
      acceptLanguage: request.headers.get('accept-language') ?? undefined,
      nonce,
      scriptUrl: `${isNested ? '..' : '.'}/page.js?v=${scriptVersion}`,
      formAction,
      now: new Date(),
    });
    return new Response(page.html, {
      status,
      headers: {
        ...pageHeaders,
        'content-type': 'text/html; charset=utf-8',
        'content-language': page.language,
        'content-security-policy': page.policy,
      },
    });
  }
}

function tokenOf(context: Context): string {
  return context.req.param('token') ?? '';
}

async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new JackfieldError('UNSUPPORTED_MEDIA_TYPE', {
      message: 'The form was not sent as `application/x-www-form-urlencoded`.',
    });
  }
  return new URLSearchParams(new TextDecoder().decode(await readBody(request, maximumFormBytes)));
}

function mistakesOf(
  error: JackfieldError,
  { fields }: ConnectForm,
  entered: Readonly<Record<string, string>>,
): ConnectMistakes {
  const given: unknown = error.details?.issues;
  const issues = (Array.isArray(given) ? given : []).flatMap((issue: unknown): ConnectIssue[] => {
    const { path, message, reason } = Object(issue) as Readonly<Record<string, unknown>>;
    if (typeof message !== 'string') return [];
    return [
      { path: typeof path === 'string' ? path : '', message, reason: typeof reason === 'string' ? reason : undefined },
    ];
  });
  const shown = fields.filter(({ secret }) => !secret).map(({ name }) => [name, entered[name] ?? ''] as const);
  return {
    issues: issues.length > 0 ? issues : [{ path: '', message: error.message }],
    entered: Object.fromEntries(shown),
  };
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { ...pageHeaders, location } });
}

const pageHeaders = {
  'cache-control': 'no-store',
  // The address of the page is a secret.
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

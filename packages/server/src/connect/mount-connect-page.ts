import { randomBytes } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import type { ConnectFlow, ConnectForm, ConnectStep, Logger } from '@jackfield/engine';
import type { Context } from 'hono';
import type { AppEnvironment } from '../create-app.ts';
import { toAnswerableError } from '../error-answer.ts';
import { readBody } from '../read-body.ts';
import { keepBrowser, newBrowser, readBrowser } from './browser-cookie.ts';
import { connectTexts as texts } from './connect-texts.ts';
import { formView, type Html, type Mistakes, noticeView, signInView } from './connect-view.ts';
import { isFromHere } from './is-from-here.ts';

type Handle = (context: Context<AppEnvironment>) => Promise<Response>;

export interface ConnectPageOptions {
  readonly bind: (method: 'GET' | 'POST', template: string, handle: Handle) => void;
  readonly connect: ConnectFlow;
  /** Origin under which browsers reach the page, when it is not the request's own. */
  readonly publicUrl: string | ((request: Request) => string) | undefined;
  readonly logger: Logger | undefined;
}

/** A form of key-like credentials is small. */
const maximumFormBytes = 65_536;

/** The pages on which a person connects an account. They work without JavaScript. */
export function mountConnectPage({ bind, connect, publicUrl, logger }: ConnectPageOptions): void {
  bind('GET', '/connect/done', async () => pageAnswer(200, (nonce) => noticeView(texts.done, nonce)));

  const comeBack = orNotice(async (context) => {
    const request = context.req.raw;
    const authConfigId = context.req.param('auth_config_id');
    const parameters = new URL(request.url).searchParams;
    const callback = { parameters, ...(authConfigId === undefined ? {} : { authConfigId }) };
    const result = await connect.finishSignIn(callback, readBrowser(request.headers, baseOf(request)));
    if (result.status === 'failed') {
      context.get('record').errorCode = 'AUTHORIZATION_FAILED';
      if (result.redirectUrl === undefined) {
        const notice = { ...texts.notConnected(result.toolkit.name), text: result.message };
        return pageAnswer(400, (nonce) => noticeView(notice, nonce));
      }
    }
    return redirect(result.redirectUrl ?? (authConfigId === undefined ? './done' : '../done'));
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
    orNotice(async (context) => {
      const request = context.req.raw;
      // Chats open links to show a preview. What is no browser gets to see the page, and does not make it its own.
      const isBrowser = request.headers.get('sec-fetch-dest') === 'document';
      const browser = readBrowser(request.headers, baseOf(request)) ?? (isBrowser ? newBrowser() : undefined);
      const answer = await stepAnswer(200, await connect.open(tokenOf(context), browser));
      if (browser !== undefined) keepBrowser(answer.headers, browser, baseOf(request));
      return answer;
    }),
  );

  bind(
    'POST',
    '/connect/{token}',
    orNotice(async (context) => {
      const request = context.req.raw;
      const token = tokenOf(context);
      if (!isFromHere(request.headers, baseOf(request))) {
        context.get('record').errorCode = 'FORBIDDEN';
        return pageAnswer(403, (nonce) => noticeView(texts.refused, nonce));
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
        const { redirectUrl } = await connect.submit(token, fields, browser);
        return redirect(redirectUrl ?? './done');
      } catch (error) {
        if (!JackfieldError.isInstance(error) || error.code !== 'INVALID_REQUEST') throw error;
        context.get('record').errorCode = error.code;
        const answer = await stepAnswer(error.status, form, mistakesOf(error, form, fields));
        keepBrowser(answer.headers, browser, baseOf(request));
        return answer;
      }
    }),
  );

  /** What browsers reach this server at. */
  function baseOf(request: Request): string {
    return typeof publicUrl === 'function' ? publicUrl(request) : (publicUrl ?? new URL(request.url).origin);
  }

  /** Errors are for a person to read here. */
  function orNotice(handle: Handle): Handle {
    return async (context) => {
      try {
        return await handle(context);
      } catch (thrown) {
        const record = context.get('record');
        const error = toAnswerableError(thrown, context.req.raw.signal);
        record.errorCode = error.code;
        if (error.code === 'LINK_EXPIRED') {
          return pageAnswer(error.status, (nonce) => noticeView(texts.expired, nonce));
        }
        if (error.code === 'LINK_OTHER_BROWSER') {
          return pageAnswer(error.status, (nonce) => noticeView(texts.otherBrowser, nonce));
        }
        if (error.status >= 500) {
          logger?.error({ requestId: record.requestId, route: record.route, err: error }, error.message);
        }
        const notice = { ...texts.failed, number: record.requestId };
        return pageAnswer(error.status, (nonce) => noticeView(notice, nonce));
      }
    };
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

function mistakesOf(error: JackfieldError, form: ConnectForm, fields: Readonly<Record<string, string>>): Mistakes {
  const byField = new Map<string, string>();
  const others: string[] = [];
  const names = new Set(form.fields.map((field) => field.name));
  const issues: unknown = error.details?.issues;
  for (const issue of Array.isArray(issues) ? issues : []) {
    const { path, message } = issue as { path?: unknown; message?: unknown };
    if (typeof message !== 'string') continue;
    if (typeof path === 'string' && names.has(path)) byField.set(path, message);
    else others.push(message);
  }
  if (byField.size === 0 && others.length === 0) others.push(error.message);
  const shown = form.fields.filter((field) => !field.secret).map(({ name }) => [name, fields[name] ?? ''] as const);
  return { byField, others, entered: new Map(shown) };
}

function stepAnswer(status: number, step: ConnectStep, mistakes?: Mistakes): Promise<Response> {
  // Browsers apply `form-action` also to where the answer redirects.
  const next =
    step.kind === 'sign-in' ? step.authorizationOrigin : step.callbackUrl && new URL(step.callbackUrl).origin;
  const actions = next === undefined ? "'self'" : `'self' ${next}`;
  return pageAnswer(
    status,
    (nonce) =>
      step.kind === 'sign-in' ? signInView(step, new Date(), nonce) : formView(step, mistakes, new Date(), nonce),
    actions,
  );
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

async function pageAnswer(status: number, view: (nonce: string) => Html, formAction = "'none'"): Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `form-action ${formAction}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return new Response(String(await view(nonce)), {
    status,
    headers: { ...pageHeaders, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

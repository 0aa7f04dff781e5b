import { randomBytes } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import type { ConnectFlow, ConnectForm, Logger } from '@jackfield/engine';
import type { Context } from 'hono';
import type { AppEnvironment } from '../create-app.ts';
import { toAnswerableError } from '../error-answer.ts';
import { readBody } from '../read-body.ts';
import { connectTexts as texts } from './connect-texts.ts';
import { formView, type Html, type Mistakes, noticeView } from './connect-view.ts';
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

  bind(
    'GET',
    '/connect/{token}',
    orNotice(async (context) => formAnswer(200, await connect.open(tokenOf(context)))),
  );

  bind(
    'POST',
    '/connect/{token}',
    orNotice(async (context) => {
      const request = context.req.raw;
      const token = tokenOf(context);
      const address = typeof publicUrl === 'function' ? publicUrl(request) : (publicUrl ?? request.url);
      if (!isFromHere(request.headers, address)) {
        context.get('record').errorCode = 'FORBIDDEN';
        return pageAnswer(403, (nonce) => noticeView(texts.refused, nonce));
      }
      const entered = await readForm(request);
      const form = await connect.open(token);
      const fields = Object.fromEntries(
        form.fields.flatMap(({ name }) => {
          const value = entered.get(name);
          return value === null ? [] : [[name, value] as const];
        }),
      );
      try {
        const { redirectUrl } = await connect.submit(token, fields);
        return new Response(null, {
          status: 303,
          headers: { ...pageHeaders, location: redirectUrl ?? './done' },
        });
      } catch (error) {
        if (!JackfieldError.isInstance(error) || error.code !== 'INVALID_REQUEST') throw error;
        context.get('record').errorCode = error.code;
        return formAnswer(error.status, form, mistakesOf(error, form, fields));
      }
    }),
  );

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

function formAnswer(status: number, form: ConnectForm, mistakes?: Mistakes): Promise<Response> {
  // Browsers apply `form-action` also to where the answer redirects.
  const callback = form.callbackUrl === undefined ? '' : ` ${new URL(form.callbackUrl).origin}`;
  return pageAnswer(status, (nonce) => formView(form, mistakes, new Date(), nonce), `'self'${callback}`);
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

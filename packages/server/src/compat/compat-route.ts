import type { JackfieldError } from '@jackfield/contract';
import type { CallContext } from '@jackfield/engine';
import { queryValues } from '../bind-route.ts';
import type { MountedRoute } from '../mounted-route.ts';
import { readJson } from '../read-json.ts';
import { answerInTime } from './answer-in-time.ts';
import { type WireObject, wireObject } from './wire-object.ts';

/** A request of an existing client, read. */
export interface CompatCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: WireObject;
  readonly context: CallContext;
  /** Origin and path prefix that the client used, without a trailing slash. */
  readonly origin: string;
}

export interface CompatRoute {
  readonly name: string;
  readonly method: MountedRoute['method'];
  readonly path: string;
  /** Status of success. Default: 200. */
  readonly status?: 200 | 201 | undefined;
  readonly isUnsafe?: boolean | undefined;
  readonly isOpenToTokens?: boolean | undefined;
  /**
   * For what may take longer than clients wait: how a failure is said once the answer has begun. Default: it is not
   * begun before it is known.
   */
  readonly sayLateFailure?: ((error: JackfieldError, call: CompatCall) => WireObject) | undefined;
  readonly answer: (call: CompatCall) => Promise<WireObject | readonly unknown[]>;
}

/** @param answerBeginsWithinMs when the answer begins of a call that may take long */
export function mountCompatRoute(route: CompatRoute, answerBeginsWithinMs: number): MountedRoute {
  const { name, method, path, isUnsafe = false, isOpenToTokens, status = 200, sayLateFailure, answer } = route;
  return {
    name,
    method,
    path,
    isUnsafe,
    isOpenToTokens,
    async answer({ request, params, query, context, maximumBodyBytes }) {
      const call: CompatCall = {
        params,
        query: queryValues(query),
        body: method === 'GET' || method === 'DELETE' ? {} : wireObject(await readJson(request, maximumBodyBytes)),
        context,
        origin: originOf(request, context.publicUrl),
      };
      if (sayLateFailure !== undefined) {
        return answerInTime(answer(call), (error) => sayLateFailure(error, call), answerBeginsWithinMs, context.signal);
      }
      return Response.json(await answer(call), { status });
    },
  };
}

/**
 * Where the client believes the server to be. Clients hand their key to an MCP server only at the origin that they were
 * configured with, so a configured public URL is it only if the request came in by that name.
 */
function originOf(request: Request, publicUrl: string | undefined): string {
  const url = new URL(request.url);
  const [forwarded] = (request.headers.get('x-forwarded-proto') ?? '').split(',');
  const scheme = /^https?$/.exec(forwarded?.trim() ?? '')?.[0];
  const own = scheme === undefined ? url.origin : `${scheme}://${url.host}`;
  // One that is not configured is what the request names, without what a proxy adds.
  const configured = publicUrl === url.origin ? undefined : publicUrl;
  return configured !== undefined && URL.parse(configured)?.host === url.host ? configured : own;
}

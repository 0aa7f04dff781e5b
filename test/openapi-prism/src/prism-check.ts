import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpRequest,
  type PrismHttpComponents,
} from '@stoplight/prism-http';

/** A request in text, as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Says what Prism finds wrong with a request; nothing for a valid one. */
export type PrismCheck = (
  request: WireRequest,
  /** The operation's path as the document has it: a fragment in it (`/#Action=Stop`) tells operations of one URL apart. */
  template: string,
) => Promise<readonly string[]>;

/**
 * Prism's routing and request validation for an OpenAPI document: path, query, headers, security, body.
 *
 * @param baseUrl Where requests go, in place of the document's servers.
 */
export async function prismCheck(document: object, baseUrl: string): Promise<PrismCheck> {
  const operations = await getHttpOperationsFromSpec({ ...document, servers: [{ url: baseUrl }] });
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, '');
  const prism = createInstance(
    {
      isProxy: false,
      mock: { dynamic: false },
      validateRequest: true,
      validateResponse: false,
      checkSecurity: true,
      errors: false,
      upstreamProxy: undefined,
    },
    { logger: silent },
  );
  return async (request, template) => {
    const { pathname, searchParams } = new URL(request.url);
    // Prism looks for operations below the server's path.
    const path = pathname.slice(basePath.length);
    const query: Record<string, string | string[]> = {};
    for (const key of new Set(searchParams.keys())) {
      const values = searchParams.getAll(key);
      query[key] = values.length === 1 ? (values[0] ?? '') : values;
    }
    const isJson = /^[^;]*[/+]json/.test(request.headers['content-type'] ?? '');
    const result = await prism.request(
      {
        method: request.method.toLowerCase() as IHttpRequest['method'],
        url: { path: template.includes('#') ? path + template.slice(template.indexOf('#')) : path, query },
        headers: {
          ...request.headers,
          ...(request.body === undefined ? {} : { 'content-length': String(request.body.length) }),
        },
        body: request.body !== undefined && isJson ? JSON.parse(request.body) : request.body,
      },
      operations,
    )();
    if (result._tag === 'Right')
      return result.right.validations.input.filter(({ severity }) => severity === 0).map(({ message }) => message);
    const { name, message, additional } = result.left as PrismProblem;
    if (additional?.validation !== undefined) return additional.validation.map(({ message }) => message);
    // No example to answer with, or none of an acceptable type, says nothing about the request.
    return answerProblems.test(name) || answerProblems.test(message) ? [] : [message];
  };
}

interface PrismProblem extends Error {
  readonly additional?: { readonly validation?: readonly { readonly message: string }[] };
}

const answerProblems = /NOT_ACCEPTABLE|NO_COMPLEX_OBJECT_TEXT|NO_SUCCESS_RESPONSE|NO_RESPONSE_DEFINED/;

const ignore = (): void => {};

/** What Prism asks of its logger, saying nothing. */
const silent: PrismHttpComponents['logger'] = Object.assign(Object.create(null), {
  child: () => silent,
  trace: ignore,
  debug: ignore,
  info: ignore,
  success: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
});

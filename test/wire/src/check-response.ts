import { type RouteName, routes } from '@jackfield/contract';
import { commonErrors, errorResponse, routeSchemas } from '@jackfield/contract/schemas';

interface Matcher {
  readonly name: RouteName;
  readonly method: string;
  readonly path: RegExp;
}

const matchers: readonly Matcher[] = (Object.keys(routes) as RouteName[]).map((name) => ({
  name,
  method: routes[name].method,
  path: new RegExp(`/v1${routes[name].path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What a response breaks of the contract: nothing, when all is well. */
export function violationsOf(method: string, url: string, response: Response, text: string): readonly string[] {
  const path = new URL(url).pathname;
  const route = matchers.find((matcher) => matcher.method === method && matcher.path.test(path));
  const where = `${method} ${path} ${response.status}`;
  const wrong: string[] = [];
  const expectThat = (holds: boolean, what: string) => {
    if (!holds) wrong.push(`${where}: ${what}`);
  };
  expectThat(/^[\w.:-]{1,128}$/.test(response.headers.get('x-request-id') ?? ''), 'has no request id');
  expectThat(response.headers.get('access-control-allow-origin') === null, 'opens CORS');
  if (response.status === 304) {
    expectThat(text === '', 'has a body');
    return wrong;
  }
  expectThat(response.headers.get('x-content-type-options') === 'nosniff', 'can be sniffed');
  expectThat(response.headers.get('content-type') === 'application/json', 'is not JSON');
  const body: unknown = JSON.parse(text);
  if (response.ok) {
    if (route === undefined) return wrong;
    const schema = routeSchemas[route.name];
    expectThat(response.status === schema.status, `has not the status ${schema.status}`);
    const result = schema.response.safeParse(body);
    expectThat(result.success, `does not fit its schema: ${result.error?.message}`);
    return wrong;
  }
  const result = errorResponse.safeParse(body);
  if (!result.success) return [...wrong, `${where}: is no error body: ${result.error.message}`];
  const { message, error } = result.data;
  expectThat(error.status === response.status, `says that its status is ${error.status}`);
  expectThat(error.message === message, 'has two messages');
  expectThat(error.request_id === response.headers.get('x-request-id'), 'has two request ids');
  expectThat(!/\\n\s+at \S/.test(text), 'holds a stack');
  expectThat((error.fix ?? '') !== '' || error.code === 'ABORTED', `says not how to mend ${error.code}`);
  const declared: readonly string[] =
    route === undefined
      ? ['NOT_FOUND', 'METHOD_NOT_ALLOWED', 'UNAVAILABLE']
      : [...commonErrors, ...routeSchemas[route.name].errors];
  expectThat(declared.includes(error.code), `has the code ${error.code}, which its route does not declare`);
  expectThat(error.code !== 'INTERNAL', 'went wrong inside');
  return wrong;
}

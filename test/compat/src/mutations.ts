import type { Answer, FrontRequest } from './start-front.ts';

/** A wrong answer, to see which checks notice. */
export interface Mutation {
  /** Of the contract's section and the statement that does not hold any more. */
  readonly name: string;
  matches(request: FrontRequest): boolean;
  spoil(answer: Answer): Answer;
}

type Change = (body: unknown) => unknown;

const session = /^\/api\/v3\.1\/tool_router\/session/;
const anySession = /^\/api\/v3\.1\/tool_router\/session(\/[^/?]+)?$/;
const created = /^\/api\/v3\.1\/tool_router\/session$/;
const toolList = /\/session\/[^/]+\/tools\?/;
const execute = /\/session\/[^/]+\/execute$/;
const oneProperty = 'items.0.input_parameters.properties.x';
const search = /\/search$/;
const accounts = /^\/api\/v3\.1\/connected_accounts/;

/** Every answer that is spoiled. */
export const mutations: readonly Mutation[] = [
  // 1
  on('1: errors are said in `error` alone', 'ANY', /^\/api/, remove('message'), { failed: true }),
  on('1: errors have no `error`', 'ANY', /^\/api/, remove('error'), { failed: true }),
  heads(
    '1: errors do not say that they are not to be repeated',
    /^\/api/,
    { 'x-should-retry': undefined },
    { failed: true },
  ),
  heads('1: answers are text', /^\/api/, { 'content-type': 'text/plain' }),
  status('1: a tool that failed is a 500', 'POST', execute, 500, { 'x-should-retry': undefined }, hasError),
  status('1: a tool that ran is a 429', 'POST', execute, 429, { 'x-should-retry': undefined }, hasData),
  status('1: a tool that ran is a 409', 'POST', execute, 409, { 'x-should-retry': undefined }, hasData),
  on('1: the headers of a slow tool come with its answer', 'POST', execute, (body) => body),
  status('1: what is not allowed is a 400', 'ANY', /^\/api/, 400, {}, (body) => at(body, 'error.status') === 403),
  status('1: a person may send a key of their own', 'ANY', /^\/api/, 200, {}, says(/api-key`, which/)),
  on('1: an error does not say how to mend it', 'ANY', /^\/api/, put('message', 'It does not work.'), { failed: true }),
  on('1: an error does not name what it is about', 'ANY', /^\/api/, replaceText(/a\/b\?c=d e%2F#f/g, 'it'), {
    failed: true,
  }),
  on(
    '1: addresses without the path of the base URL',
    'ANY',
    /./,
    replaceText(/\/tools(\/(?:api|connect|files)\/)/g, '$1'),
  ),
  on('1: lists end after a page', 'GET', /^\/api/, put('next_cursor', null)),
  on('1: lists begin anew with each page', 'GET', /cursor=/, put('next_cursor', 'again')),
  on('1: every list is one page', 'GET', /^\/api/, put('total_pages', 1)),
  status('1: a wrong key is a 403', 'ANY', /^\/api/, 403, {}, (body) => at(body, 'error.slug') === 'UNAUTHENTICATED'),
  // 2
  on('2.3: no session_id', 'ANY', anySession, remove('session_id')),
  on('2.3: no mcp', 'ANY', anySession, remove('mcp')),
  on('2.3: mcp of another type', 'ANY', anySession, put('mcp.type', 'stdio')),
  on('2.3: no config', 'ANY', anySession, remove('config')),
  on('2.3: no config.preload', 'ANY', anySession, remove('config.preload')),
  on('2.3: no config.user_id when custom tools are attached', 'POST', /\/attach$/, put('config.user_id', '')),
  on('2.3: config_version does not grow', 'ANY', anySession, put('config_version', 1)),
  on('2.3: filters say `enable`', 'ANY', anySession, put('config.toolkits', { enable: ['shop', 'counter'] })),
  on('2.3: manage_connections says `enable`', 'ANY', anySession, put('config.manage_connections', { enable: true })),
  on(
    '2.3: workbench says `enable_…`',
    'ANY',
    anySession,
    replaceText(/proxy_execution_enabled/g, 'enable_proxy_execution'),
  ),
  on('2.4: tools are as they were', 'GET', anySession, put('config.tools', { shop: { enabled: ['SHOP_LIST_ITEMS'] } })),
  on('2.4: accounts are as they were', 'GET', anySession, put('config.connected_accounts', { shop: ['ca_1'] })),
  on('2.3: no warnings', 'ANY', anySession, remove('warnings')),
  on('2.3: no assistive prompt', 'POST', created, remove('experimental.assistive_prompt')),
  status('2.1: a config that cannot be is accepted', 'POST', created, 201, {}, hasError),
  status('2.4: a conflict is a 400', 'PATCH', anySession, 400),
  on('2.4: `null` leaves the block', 'ANY', anySession, put('config.toolkits', { enabled: ['shop'] })),
  on('2.5: deleted is false', 'DELETE', anySession, put('deleted', false)),
  status('2.5: deleted without a body', 'DELETE', anySession, 204),
  status(
    '2.5: a deleted session is a 400',
    'ANY',
    session,
    400,
    {},
    (body) => at(body, 'error.slug') === 'SESSION_NOT_FOUND',
  ),
  on('2.6: oldest config first', 'GET', /config_history/, reverse('items')),
  on('2.6: nothing of the history is current', 'GET', /config_history/, remove('items.*.is_current')),
  on('2.6: the history has no versions', 'GET', /config_history/, remove('items.*.version')),
  // 3
  on('3: a description is null', 'GET', toolList, put('items.0.description', null)),
  on('3: a toolkit is null', 'GET', toolList, put('items.0.toolkit', null)),
  on('3: a logo is null', 'GET', toolList, put('items.0.toolkit.logo', null)),
  on('3: a toolkit has no name', 'GET', toolList, put('items.0.toolkit.name', '')),
  on('3: tags are null', 'GET', toolList, put('items.0.tags', null)),
  on('3: a root without type', 'GET', toolList, remove('items.0.input_parameters.type')),
  on('3: a root of two types', 'GET', toolList, put('items.0.input_parameters.type', ['object', 'null'])),
  on('3: a boolean schema', 'GET', toolList, put('items.0.input_parameters.properties.x', true)),
  on('3: required is true', 'GET', toolList, put('items.0.input_parameters.properties.x', { required: true })),
  on('3: a version is null', 'GET', toolList, put('items.0.version', null)),
  on('3: scopes are null', 'GET', toolList, put('items.0.scopes', null)),
  on('3: a minimum is text', 'GET', toolList, put(oneProperty, { type: 'number', minimum: '1' })),
  on('3: an exclusive minimum is true', 'GET', toolList, put(oneProperty, { type: 'number', exclusiveMinimum: true })),
  on('3: examples are no list', 'GET', toolList, put(oneProperty, { type: 'string', examples: 'a' })),
  on(
    '3: a description of a property is null',
    'GET',
    toolList,
    put(oneProperty, { type: 'string', description: null }),
  ),
  on('3: a type that is none', 'GET', toolList, put(oneProperty, { type: 'text' })),
  on('3: items are true', 'GET', toolList, put(oneProperty, { type: 'array', items: true })),
  on('3: a tool without schema', 'GET', toolList, remove('items.0.input_parameters')),
  on(
    '3: anyOf in a schema',
    'GET',
    toolList,
    put('items.0.input_parameters.properties.x', { anyOf: [{ type: 'string' }, { type: 'number' }] }),
  ),
  on(
    '3: uniqueItems in a schema',
    'GET',
    toolList,
    put('items.0.input_parameters.properties.x', { type: 'array', items: {}, uniqueItems: true }),
  ),
  on('3: a page that never ends', 'GET', toolList, put('next_cursor', 'more')),
  on('3: meta tools under other names', 'GET', toolList, replaceText(/COMPOSIO_/g, 'JACKFIELD_')),
  on(
    '3: tools that were not preloaded, too',
    'GET',
    toolList,
    append('items', {
      slug: 'SHOP_EXTRA',
      name: 'x',
      description: 'x',
      input_parameters: { type: 'object', properties: {} },
      toolkit: { slug: 'shop', name: 'Shop' },
    }),
  ),
  on('3: schemas say nothing', 'GET', toolList, put('items.*.input_parameters.properties', {})),
  on('3: slugs that models refuse', 'GET', toolList, put('items.0.slug', 'a tool')),
  // 4
  on('4: data is a list', 'POST', execute, put('data', [])),
  on('4: data is null', 'POST', execute, put('data', null)),
  on('4: no error', 'POST', execute, remove('error')),
  on('4: error is an object', 'POST', execute, put('error', {})),
  on('4: every tool succeeds', 'POST', execute, put('error', null)),
  on('4: no log_id', 'POST', execute, remove('log_id')),
  status(
    '4: what a session does not allow runs',
    'POST',
    execute,
    200,
    {},
    (body) => at(body, 'error.slug') === 'TOOL_NOT_ALLOWED',
  ),
  // 5
  on('5: results of a batch in another order', 'POST', execute, reverse('data.results')),
  on('5: a batch has no results', 'POST', execute, remove('data.results')),
  on('5: what failed in a batch has no error', 'POST', execute, remove('data.results.*.error')),
  on(
    '5: meta tools speak of what is not there',
    'ANY',
    /\/tools\?/,
    put('items.0.description', 'Then call COMPOSIO_MANAGE_CONNECTIONS.'),
  ),
  on('5: links of meta tools go nowhere', 'POST', execute, put('data.results.shop.status', 'failed')),
  on('5: nobody waits for connections', 'POST', execute, put('data.connected', [])),
  on('5: no schemas by slug', 'POST', execute, put('data.tool_schemas', {})),
  on('2: execute_meta answers nothing', 'POST', /execute_meta$/, put('data', {})),
  // 6
  on('6: custom tools are not echoed', 'POST', anySession, remove('experimental.custom_tools')),
  on('6: custom tools are not echoed on attach', 'POST', /\/attach$/, remove('experimental.custom_tools')),
  on('6: custom toolkits are not echoed', 'POST', anySession, remove('experimental.custom_toolkits')),
  on('6: echoes without what was sent', 'POST', anySession, remove('experimental.custom_tools.*.original_slug')),
  on(
    '6: a tool extends what it did not say',
    'POST',
    anySession,
    put('experimental.custom_tools.0.extends_toolkit', 'x'),
  ),
  on('6: echoes under other slugs', 'POST', created, replaceText(/"LOCAL_/g, '"OTHER_')),
  // 7
  on('7: index is text', 'POST', search, put('results.*.index', '1')),
  on('7: index counts from 0', 'POST', search, put('results.0.index', 0)),
  on('7: has_full_schema in snake case', 'POST', search, replaceText(/hasFullSchema/g, 'has_full_schema')),
  on('7: an optional field is null', 'POST', search, put('results.0.difficulty', null)),
  ...[
    'success',
    'error',
    'results',
    'results.*.use_case',
    'results.*.primary_tool_slugs',
    'results.*.related_tool_slugs',
    'results.*.toolkits',
    'tool_schemas',
    'tool_schemas.*.tool_slug',
    'tool_schemas.*.toolkit',
    'toolkit_connection_statuses',
    'toolkit_connection_statuses.*.toolkit',
    'toolkit_connection_statuses.*.description',
    'toolkit_connection_statuses.*.has_active_connection',
    'toolkit_connection_statuses.*.status_message',
    'next_steps_guidance',
    'session',
    'session.id',
    'session.generate_id',
    'session.instructions',
    'time_info',
    'time_info.current_time_utc',
    'time_info.current_time_utc_epoch_seconds',
    'time_info.message',
  ].map((path) => on(`7: no ${path}`, 'POST', search, remove(path))),
  on('7: schemas by a tool that is not there', 'POST', search, replaceText(/COMPOSIO_GET_TOOL_SCHEMAS/g, 'SCHEMAS')),
  on('7: nothing is found', 'POST', search, put('results.*.primary_tool_slugs', [])),
  // 8
  on('8: toolkits of a session without is_no_auth', 'GET', /\/session\/[^/]+\/toolkits/, remove('items.*.is_no_auth')),
  on(
    '8: an account without auth config',
    'GET',
    /\/session\/[^/]+\/toolkits/,
    remove('items.*.connected_account.auth_config'),
  ),
  on('8: no toolkit is connected', 'GET', /\/session\/[^/]+\/toolkits/, put('items.*.connected_account', null)),
  on('8: toolkits of a session without meta', 'GET', /\/session\/[^/]+\/toolkits/, remove('items.*.meta')),
  on(
    '8: a user has an account that nobody made',
    'GET',
    /\/session\/[^/]+\/toolkits/,
    remove('items.*.connected_account.status'),
  ),
  on('8: a link without address', 'POST', /\/link$/, remove('redirect_url')),
  on('8: a link without account', 'POST', /\/link$/, remove('connected_account_id')),
  status('8: shared accounts are accepted', 'POST', /\/link$/, 201, {}, hasError),
  on('8: statuses in lower case', 'GET', accounts, put('status', 'active')),
  on('8: no status_reason', 'GET', accounts, remove('status_reason')),
  on('8: accounts are never ready', 'GET', accounts, put('status', 'INITIATED')),
  on('8: accounts are ready, whatever became of them', 'GET', accounts, put('status', 'ACTIVE')),
  on(
    '8: accounts that are switched off are in every list',
    'GET',
    /connected_accounts\?/,
    put('items.*.status', 'ACTIVE'),
  ),
  on('8: an account has no auth config', 'GET', accounts, remove('auth_config')),
  on('8: an alias is forgotten', 'GET', accounts, put('alias', null)),
  status('8: an account that is gone is a 400', 'GET', /connected_accounts\//, 400, {}, hasError),
  {
    name: '8: a callback is not told what became of it',
    matches: ({ path }) => path.startsWith('/connect/'),
    spoil: (answer) =>
      withHeaders(answer, { location: answer.headers.location?.toString().replace('status=', 'state=') }),
  },
  {
    name: '8: a callback is told of success',
    matches: ({ path }) => path.startsWith('/connect/'),
    spoil: (answer) =>
      withHeaders(answer, { location: answer.headers.location?.toString().replace('status=failed', 'status=success') }),
  },
  on('8: oldest accounts first', 'GET', /connected_accounts\?/, reverse('items')),
  on('8: what was revoked is not said', 'POST', /\/revoke$/, remove('revoked_tokens')),
  on('8: the account that was revoked is not said', 'POST', /\/revoke$/, remove('connected_account')),
  on('8: a refresh does not say the status', 'POST', /\/refresh$/, remove('status')),
  on('8: an account is never disabled', 'GET', accounts, put('is_disabled', false)),
  on('8: an account that shows its token', 'GET', accounts, put('alias', 'token-of-x')),
  on('8: accounts that were not asked for', 'GET', /connected_accounts\?/, put('items', [])),
  on('8: no connectionData', 'POST', /connected_accounts$/, remove('connectionData')),
  on('8: auth config that is not nested', 'POST', /auth_configs$/, remove('auth_config')),
  on('8: auth configs have no status', 'GET', /auth_configs\//, remove('status')),
  on('8: auth configs have no logo of their toolkit', 'GET', /auth_configs\//, put('toolkit.logo', null)),
  status('8: auth configs may be limited', 'PATCH', /auth_configs\//, 200, {}, hasError),
  on('8: no number of connections', 'GET', /auth_configs\//, remove('no_of_connections')),
  on('8: auth configs in every list', 'GET', /auth_configs\?/, put('items', [])),
  status('8: a client is lent', 'POST', /auth_configs$/, 201, {}, hasError),
  // 9
  on('9: MCP at another origin', 'ANY', anySession, put('mcp.url', 'http://127.0.0.1:9/mcp')),
  on('9: MCP lists nothing', 'POST', /\/mcp\//, replaceText(/"tools":\[.*\]/s, '"tools":[]')),
  // 10
  on('10: a proxied answer without status', 'POST', /proxy/, remove('status')),
  on('10: bytes are nowhere', 'POST', /proxy_execute$/, put('binary_data.url', '')),
  status('10: bytes in a request are left out', 'POST', /proxy_execute$/, 200, {}, hasError),
  on('10: a proxied answer without data', 'POST', /proxy/, remove('data')),
  // 11
  on('11: next_cursor is null at the end', 'GET', /\/items/, put('next_cursor', null)),
  on('11: sizes are text', 'GET', /\/items/, put('items.*.size', '1')),
  on('11: files have no path', 'GET', /\/items/, remove('items.*.mount_relative_path')),
  on('11: files have no mount', 'GET', /\/items/, remove('items.*.sandbox_mount_prefix')),
  on('11: files have no date', 'GET', /\/items/, remove('items.*.last_modified')),
  on('11: a download without address', 'POST', /download_url$/, remove('download_url')),
  on('11: a download without expiry', 'POST', /download_url$/, remove('expires_at')),
  on('11: a deletion that says nothing', 'POST', /mounts\/[^/]+\/delete$/, () => ({})),
  on('11: uploads have no address', 'POST', /upload_url$|upload\/request$/, replaceText(/_url":"[^"]*"/g, '_url":""')),
  // 12
  on('12: a toolkit without fields of its schemes', 'GET', /^\/api\/v3\.1\/toolkits\//, remove('auth_config_details')),
  on('12: toolkits without meta', 'GET', /^\/api\/v3\.1\/toolkits/, remove('items.*.meta')),
  on('12: schemes without fields', 'GET', /^\/api\/v3\.1\/toolkits\//, remove('auth_config_details.*.fields')),
  on('12: tools have no version', 'GET', /^\/api\/v3\.1\/tools\//, remove('version')),
  status(
    '12: credentials of the request are left out',
    'POST',
    /tools\/execute\//,
    200,
    {},
    (body) => at(body, 'error.slug') === 'INVALID_REQUEST',
  ),
  on('12: versions are "latest"', 'GET', /^\/api\/v3\.1\/tools\//, put('version', 'latest')),
  on('12: found tools are none', 'GET', /^\/api\/v3\.1\/tools\?/, put('items', [])),
  on('12: execution without successful', 'POST', /tools\/execute\/[A-Z]/, remove('successful')),
  on('12: a missing account under another code', 'POST', /tools\/execute\//, put('error.code', 'X'), { failed: true }),
  on('12: the enumeration is an object', 'GET', /tools\/enum$/, () => ({})),
  // Beside the dialect
  on('the dialect is under /v1, too', 'GET', /^\/v1\/tool_router/, replaceText(/JACKFIELD_/g, 'COMPOSIO_')),
];

interface When {
  /** Of failed requests alone. */
  readonly failed?: boolean;
}

function on(name: string, method: string, path: RegExp, change: Change, { failed = false }: When = {}): Mutation {
  return {
    name,
    matches: (request) => (method === 'ANY' || request.method === method) && path.test(request.path),
    spoil(answer) {
      if (answer.status >= 400 !== failed) return answer;
      const { frame, body } = unwrap(answer.body);
      const changed = change(body);
      return { ...answer, body: frame(typeof changed === 'string' ? changed : JSON.stringify(changed)) };
    },
  };
}

/** MCP answers as a stream of events; everything else in JSON. */
function unwrap(text: string): { readonly frame: (json: string) => string; readonly body: unknown } {
  const event = /^(event: message\n(?:id: .*\n)?data: )(.*)(\n\n)$/s.exec(text);
  const json = event?.[2] ?? text;
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    body = {};
  }
  return { frame: (changed) => (event === null ? changed : `${event[1]}${changed}${event[3]}`), body };
}

type Headers = Readonly<Record<string, string | undefined>>;

function withHeaders(answer: Answer, headers: Headers): Answer {
  const kept = Object.entries({ ...answer.headers, ...headers }).filter(([, value]) => value !== undefined);
  return { ...answer, headers: Object.fromEntries(kept) };
}

function heads(name: string, path: RegExp, headers: Headers, { failed = false }: When = {}): Mutation {
  return {
    name,
    matches: (request) => path.test(request.path),
    spoil: (answer) => (answer.status >= 400 === failed ? withHeaders(answer, headers) : answer),
  };
}

function status(
  name: string,
  method: string,
  path: RegExp,
  code: number,
  headers: Headers = {},
  when: (body: unknown) => boolean = () => true,
): Mutation {
  return {
    name,
    matches: (request) => (method === 'ANY' || request.method === method) && path.test(request.path),
    spoil(answer) {
      if (!when(unwrap(answer.body).body)) return answer;
      return withHeaders({ ...answer, status: code, body: code === 204 ? '' : answer.body }, headers);
    },
  };
}

function hasError(body: unknown): boolean {
  const error = at(body, 'error');
  return error !== null && error !== undefined;
}

function hasData(body: unknown): boolean {
  return at(body, 'error') === null;
}

function says(words: RegExp): (body: unknown) => boolean {
  return (body) => words.test(String(at(body, 'message')));
}

function at(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      body,
    );
}

/** Calls for each holder of the last key of a path, where `*` stands for every one. */
function visit(body: unknown, path: string, change: (holder: object, key: string) => void): unknown {
  const [key = '', ...rest] = path.split('.');
  if (typeof body !== 'object' || body === null) return body;
  const keys = key === '*' ? Object.keys(body) : [key];
  for (const each of keys) {
    if (rest.length === 0) change(body, each);
    else visit(Reflect.get(body, each), rest.join('.'), change);
  }
  return body;
}

function remove(path: string): Change {
  return (body) => visit(body, path, (holder, key) => void Reflect.deleteProperty(holder, key));
}

/** Where the thing that holds it is there. */
function put(path: string, value: unknown): Change {
  return (body) => visit(body, path, (holder, key) => void Reflect.set(holder, key, value));
}

function reverse(path: string): Change {
  return (body) => {
    const list = at(body, path);
    if (Array.isArray(list)) list.reverse();
    return body;
  };
}

function append(path: string, item: unknown): Change {
  return (body) => {
    const list = at(body, path);
    if (Array.isArray(list)) list.push(item);
    return body;
  };
}

function replaceText(pattern: RegExp, text: string): Change {
  return (body) => JSON.parse(JSON.stringify(body).replace(pattern, text));
}

/** One behaviour that users can rely on. */
export interface Requirement {
  readonly text: string;
  /** What says so. */
  readonly source: string;
}

/**
 * Every behaviour that the wire tests hold the server to, on every transport
 * that it concerns. A requirement without a test fails, and
 * so does a test without a requirement: see `requirements.test.ts`.
 */
export const requirements = {
  // Who calls
  'auth.missing': {
    text: 'a request without a key is refused and told how to send one',
    source: 'RFC 9110 section 15.5.2',
  },
  'auth.unknown': { text: 'an unknown key is refused', source: 'RFC 9110 section 15.5.2' },
  'auth.bearer': { text: 'a key is also taken as a bearer token', source: 'RFC 6750 section 2.1' },
  'auth.revoked': { text: 'a revoked key is refused at once', source: 'Design: credentials of ours' },
  'auth.project': { text: 'a key sees nothing of another project', source: 'Design: the gate, step 1' },

  // What arrives
  'request.malformed-json': { text: 'malformed JSON is refused and the place named', source: 'Bad input' },
  'request.unknown-key': { text: 'an unknown key is named, with the keys that there are', source: 'Bad input' },
  'request.unknown-query': { text: 'an unknown or wrong query parameter is named', source: 'Bad input' },
  'request.wrong-type': { text: 'a wrong type is named with the type that is expected', source: 'Bad input' },
  'request.missing-key': { text: 'a missing key is named', source: 'Bad input' },
  'request.names': { text: 'errors spell names as the caller does', source: 'Design: wire casing' },
  'request.oversize': { text: 'a body beyond the limit is refused', source: 'Bad input' },
  'request.oversize-stream': {
    text: 'a body that does not say its size is refused once it is beyond the limit',
    source: 'Bad input',
  },
  'request.media-type': { text: 'a body that is not JSON is refused', source: 'RFC 9110 section 15.5.16' },
  'request.nesting': { text: 'absurd nesting is refused', source: 'Bad input' },
  'request.unknown-path': {
    text: 'an unknown path is answered with the nearest one',
    source: 'RFC 9110 section 15.5.5',
  },
  'request.wrong-method': {
    text: 'a wrong method is answered with those that are possible',
    source: 'RFC 9110 section 15.5.6',
  },
  'request.id': {
    text: 'a request id is taken over if harmless, made otherwise, and always answered',
    source: 'Design: errors',
  },
  'request.head-options': {
    text: 'HEAD and OPTIONS are answered without a body',
    source: 'RFC 9110 sections 9.3.2 and 9.3.7',
  },
  'request.no-retry': {
    text: 'clients are told not to repeat what may have happened',
    source: 'Wire contract: retries',
  },

  // Sessions
  'session.create': {
    text: 'a session is created with the config that was asked for',
    source: 'Contract: sessions.create',
  },
  'session.get': { text: 'a session can be used again by its id', source: 'Contract: sessions.get' },
  'session.list': { text: 'sessions are listed by user and status, page by page', source: 'Contract: sessions.list' },
  'session.unknown-toolkit': { text: 'an unknown toolkit is refused and the nearest named', source: 'Bad input' },
  'session.unknown-tool': { text: 'an unknown tool is refused and named', source: 'Bad input' },
  'session.preload-all': { text: 'preloading all tools needs a filter', source: 'Wire contract: create' },
  'session.user-id': {
    text: 'a user id is 1 to 255 characters without control characters',
    source: 'Contract: sessions.create',
  },
  'session.unicode': { text: 'any text of a user id comes back as it was', source: 'Contract: sessions.create' },
  'session.update-narrow': {
    text: 'a session can be narrowed, and its version grows',
    source: 'Contract: sessions.update',
  },
  'session.update-widen': { text: 'a session is widened only on request', source: 'Contract: sessions.update' },
  'session.update-conflict': {
    text: 'an update of another version than expected is refused',
    source: 'Contract: sessions.update',
  },
  'session.history': {
    text: 'every config that a session had is kept, newest first',
    source: 'Contract: sessions.configHistory',
  },
  'session.delete': { text: 'a deleted session is gone for every route', source: 'Wire contract: delete' },
  'session.idempotency': {
    text: 'what creates something happens once for each idempotency key, and its answer is not kept in clear',
    source: 'Core: CallOptions',
  },
  'session.expired': { text: 'an expired session is refused as such', source: 'Bad input' },
  'session.attach': {
    text: 'custom tools are echoed under the slugs that they run under',
    source: 'Wire contract: custom tools',
  },
  'session.mcp': { text: 'the MCP address is below the address that the client uses', source: 'Wire contract: MCP' },

  // Tools
  'tools.meta': {
    text: 'meta tools are listed by default and can be switched off',
    source: 'Wire contract: meta tools',
  },
  'tools.preload': {
    text: 'preloaded tools are listed with the schema of their document',
    source: 'Wire contract: tools',
  },
  'tools.filters': { text: 'tools, toolkits and tags filter as documented', source: 'Wire contract: filter rules' },
  'tools.paging': {
    text: 'tools come page by page, each once, and the pages end',
    source: 'Wire contract: pagination',
  },
  'tools.cursor': { text: 'a cursor that was not given out is refused', source: 'Contract: INVALID_CURSOR' },
  'tools.etag': {
    text: 'an unchanged list is answered with 304, a changed one in full',
    source: 'RFC 9110 section 13.1.2',
  },
  'toolkits.list': {
    text: 'toolkits are listed with the connection of the user',
    source: 'Contract: sessions.toolkits',
  },
  'search.finds': { text: 'search finds a tool by what it does', source: 'Contract: sessions.search' },
  'search.scope': { text: 'search stays within what the session allows', source: 'Design: search' },

  // Execution
  'execute.real': { text: 'a tool call reaches the API with the credential of the user', source: 'Main job' },
  'execute.writes': { text: 'what a tool writes is there afterwards', source: 'Main job' },
  'execute.key-places': {
    text: 'keys arrive in header, query, cookie and basic credentials',
    source: 'Engine: credentials',
  },
  'execute.batch': { text: 'several tools run in one call, results in order', source: 'Wire contract: meta tools' },
  'execute.unknown-tool': { text: 'an unknown tool is refused and the nearest named', source: 'Bad input' },
  'execute.not-allowed': {
    text: 'a tool that the session does not allow is refused',
    source: 'Design: the gate, step 2',
  },
  'execute.arguments': {
    text: 'arguments that miss, exceed or mistype the schema are explained to the model',
    source: 'Bad input',
  },
  'execute.no-connection': {
    text: 'without a connection the model is told to connect',
    source: 'Design: the gate, step 6',
  },
  'execute.ambiguous': {
    text: 'with several accounts one must be chosen, by id or alias',
    source: 'Design: the gate, step 6',
  },
  'execute.upstream-error': {
    text: 'an error of the API is a result that says what it answered',
    source: 'Wire contract: execute',
  },
  'execute.upstream-reset': { text: 'an API that resets or cuts the connection is a result', source: 'Bad input' },
  'execute.upstream-redirect': {
    text: 'a redirect to a private address, elsewhere or in a circle is a result',
    source: 'Bad input',
  },
  'execute.upstream-large': { text: 'an answer of 10 MB is a result that says so', source: 'Bad input' },
  'execute.upstream-html': { text: 'HTML in place of JSON is a result that says so', source: 'Bad input' },
  'execute.upstream-empty': { text: 'an empty answer is a result', source: 'Bad input' },
  'execute.upstream-invalid': { text: 'invalid JSON is a result that says so', source: 'Bad input' },
  'execute.upstream-hang': {
    text: 'a call to an API that hangs ends with the time limit of the caller',
    source: 'Bad input',
  },
  'execute.list': { text: 'a list is wrapped into an object', source: 'Wire contract: execute' },
  'execute.abort': { text: 'an abort ends the call to the API', source: 'Wire contract: cancellation' },
  'execute.pre-aborted': { text: 'an aborted signal sends nothing', source: 'Wire contract: cancellation' },
  'proxy.real': {
    text: 'a proxied request reaches the API with the credential of the user',
    source: 'Contract: sessions.proxyExecute',
  },
  'proxy.host': { text: 'a proxied request stays on the host of its toolkit', source: 'Design: the gate, step 7' },
  'proxy.status': { text: 'an error status of the API is an answer', source: 'Wire contract: proxy' },

  // Accounts
  'account.create': {
    text: 'an account is connected with a credential at hand',
    source: 'Contract: connectedAccounts.create',
  },
  'account.read': {
    text: 'accounts are read by id, and listed by user, toolkit and status',
    source: 'Contract: connectedAccounts.list',
  },
  'account.alias': {
    text: 'an alias is one account’s, however many want it at the same moment',
    source: 'Contract: connectedAccounts.update',
  },
  'account.delete': {
    text: 'a deleted account is gone and cannot be used',
    source: 'Contract: connectedAccounts.delete',
  },
  'account.users': { text: "sessions of two users never see each other's accounts", source: 'Bad input' },
  'account.foreign': { text: 'a session cannot be given the account of another user', source: 'Bad input' },
  'account.secret': { text: 'a credential is in no answer, no log and no error', source: 'Design: vault' },
  'auth-config.read': { text: 'the auth config of a toolkit is listed and read', source: 'Contract: authConfigs.list' },

  // Connecting
  'connect.form': { text: 'a connect link opens a form that works without JavaScript', source: 'Connect page' },
  'connect.flow': { text: 'submitting the form makes the account ACTIVE and ends the waiting', source: 'Connect page' },
  'connect.callback': {
    text: 'the browser goes back to the callback with the outcome',
    source: 'Wire contract: connecting',
  },
  'connect.once': { text: 'a link works once', source: 'Connect page' },
  'connect.unknown': { text: 'a link that is not known says what to do', source: 'Connect page' },
  'connect.mistakes': { text: 'mistakes are shown at the field, secrets are not sent back', source: 'Connect page' },
  'connect.foreign-form': { text: 'a form from another site is refused', source: 'Connect page' },
  'connect.headers': {
    text: 'the page cannot be framed, cached, indexed or made to run anything',
    source: 'Connect page',
  },
  'connect.large': { text: 'a form beyond the limit is refused', source: 'Connect page' },

  // Signing in at a service
  'oauth.flow': {
    text: 'a user signs in with PKCE, and calls carry their token',
    source: 'RFC 6749 section 4.1, RFC 7636',
  },
  'oauth.callback': { text: 'the browser goes back to the app with the outcome', source: 'Wire contract: connecting' },
  'oauth.registers': {
    text: 'a service that lets clients register themselves needs no setup',
    source: 'RFC 7591, RFC 9700 section 4.4.2.2',
  },
  'oauth.identity': {
    text: 'an account knows whose it is, in lists, search results, errors and logs',
    source: 'OpenID Connect Core sections 2 and 5.3',
  },
  'oauth.client-credentials': {
    text: 'a client acts for itself, with a client of the project or of the account',
    source: 'RFC 6749 section 4.4',
  },
  'oauth.service-account': { text: 'a service account asks with a signed assertion', source: 'RFC 7523 section 2.1' },
  'oauth.denied': {
    text: 'a user who says no leaves a failed account and a reason',
    source: 'RFC 6749 section 4.1.2.1',
  },
  'oauth.scopes': { text: 'scopes that were not granted are known', source: 'RFC 6749 section 3.3' },
  'oauth.again': { text: 'a user can go back and start again, until they have arrived', source: 'Connect page' },
  'oauth.meta-tools': {
    text: 'an agent hands its user the link, and waits until they have signed in',
    source: 'Wire contract: meta tools',
  },

  'renew.ahead': {
    text: 'a token is renewed before it runs out, with the latest refresh token',
    source: 'RFC 6749 section 6, RFC 9700 section 4.14.2',
  },
  'renew.refused-token': {
    text: 'a token that is not accepted is renewed, and the call sent once more',
    source: 'RFC 6750 section 3.1',
  },
  'renew.once': { text: 'of many calls at once one renews the token', source: 'RFC 9700 section 4.14.2' },
  'renew.refused': {
    text: 'a refused renewal ends the connection, with a link to connect the same account again',
    source: 'RFC 6749 section 5.2',
  },
  'renew.ended': { text: 'an ended account can be connected again by a program', source: 'Wire contract: connecting' },
  'renew.temporary': { text: 'a failure that passes ends nothing', source: 'RFC 6749 section 5.2' },
  'renew.revoke': { text: 'a revoked or deleted account is withdrawn at the service', source: 'RFC 7009' },
  'auth-config.manage': {
    text: 'auth configs are created, changed, disabled and deleted',
    source: 'Contract: authConfigs',
  },
  'auth-config.no-auth': {
    text: 'a toolkit can be used without accounts, where the project says so',
    source: 'Contract: authConfigs',
  },
  'auth-config.wrong': {
    text: 'an auth config that could not work is refused, and how to mend it said',
    source: 'Bad input',
  },
  'account.manage': {
    text: 'accounts are named, disabled, refreshed and revoked',
    source: 'Contract: connectedAccounts',
  },

  // Toolkits of a project's own
  'toolkit.add': {
    text: 'a document that is sent becomes a toolkit, found and used in open sessions at once',
    source: 'Contract: toolkits',
  },
  'toolkit.url': { text: 'a document is fetched by the rules for calling out', source: 'Design: egress' },
  'toolkit.large': { text: 'documents may be larger than other bodies', source: 'Contract: toolkits' },
  'toolkit.wrong': {
    text: 'a document that makes no toolkit, or one of a taken name, is refused, and where it is wrong said',
    source: 'Bad input',
  },
  'toolkit.replace': {
    text: 'the same toolkit can be added again; another takes its place when told to, and gets no credentials of it',
    source: 'Contract: toolkits',
  },
  'toolkit.remove': {
    text: 'a removed toolkit takes its accounts along, and sessions that name it say so',
    source: 'Contract: toolkits',
  },
  'toolkit.project': { text: 'the toolkits of a project are unknown to others', source: 'Design: state' },
  'toolkit.tools': { text: 'tools are listed, found and shown with an example', source: 'Contract: tools' },

  // What becomes of accounts
  'events.accounts': {
    text: 'every account that is connected, expires, fails or is revoked is told of, in order',
    source: 'Contract: events.list',
  },
  'events.resume': {
    text: 'a subscription goes on after any event, with no gap and no repetition',
    source: 'Contract: events.list',
  },
  'events.wait': { text: 'who waits for an event is answered when it happens', source: 'Contract: events.list' },
  'events.filter': {
    text: 'events can be of some types or one user, and are always of one project',
    source: 'Contract: events.list',
  },
  'events.mistakes': { text: 'a place that is not known is refused, and why', source: 'Bad input' },
  'webhook.signed': {
    text: "an event is sent as a signed message, which somebody else's library verifies",
    source: 'Standard Webhooks 1.0.0',
  },
  'webhook.retry': {
    text: 'what a receiver does not take is sent again, the same message signed anew',
    source: 'Standard Webhooks 1.0.0, Deliverability and reliability',
  },
  'webhook.give-up': { text: 'attempts end, and the last reason is shown', source: 'Contract: webhooks' },
  'webhook.gone': {
    text: 'a receiver that answers 410 gets no more messages until the webhook is enabled again',
    source: 'Standard Webhooks 1.0.0, Deliverability and reliability',
  },
  'webhook.elsewhere': {
    text: 'messages follow no redirect, and reach no network that is not allowed',
    source: 'Standard Webhooks 1.0.0, Security considerations',
  },
  'webhook.rotate': {
    text: 'after a new secret was made, both sign for a while',
    source: 'Standard Webhooks 1.0.0, Webhook secret rotation',
  },
  'webhook.manage': {
    text: 'webhooks are created, listed, changed and deleted, each for its project',
    source: 'Contract: webhooks',
  },

  // Those who want in
  'attack.link-token': {
    text: 'a link token cannot be replayed or guessed, and tells nothing',
    source: 'Held to: attacks',
  },
  'attack.link-browser': { text: 'a link belongs to the browser that opened it first', source: 'Held to: attacks' },
  'attack.state': {
    text: 'a state that is missing, wrong, doubled or used is refused',
    source: 'RFC 9700 section 4.7',
  },
  'attack.login-csrf': { text: 'what one browser began, another cannot end', source: 'RFC 9700 section 4.7' },
  'attack.code-injection': { text: 'a code of another sign-in is refused', source: 'RFC 9700 section 4.5' },
  'attack.mix-up': { text: 'a code of one service never gets to another', source: 'RFC 9207, RFC 9700 section 4.4' },
  'attack.mix-up-registered': {
    text: 'neither does it where services do not say who they are',
    source: 'RFC 9700 section 4.4.2.2',
  },
  'attack.open-redirect': { text: 'browsers are sent back only where it is allowed', source: 'RFC 9700 section 4.11' },
  'attack.csrf': { text: 'nobody else can have a user set out', source: 'Held to: attacks' },
  'attack.other-user': { text: "no session reaches another user's account", source: 'Held to: attacks' },
  'attack.other-identity': { text: 'an account cannot become another person’s', source: 'Held to: attacks' },
  'attack.ssrf': { text: 'no endpoint leads into a network that is not allowed', source: 'RFC 9700 section 4.9' },
  'attack.fields': { text: 'markup, headers and long texts in fields do nothing', source: 'Held to: attacks' },

  'attack.secrets': {
    text: 'no secret stands in a log, an error, an answer, a span, a page or, in clear, in the database',
    source: 'Held to: secrets',
  },

  // The server itself
  'server.health': { text: 'it says that it lives and whether it is ready', source: 'Design: server' },
  'server.document': { text: 'its OpenAPI document is valid and names every route', source: 'Design: contract' },

  // Its process; tested once for what differs
  'process.kill': {
    text: 'kill -9 between accepted write and read loses nothing',
    source: 'Design: state lives in the store',
  },
  'process.stop': { text: 'a stopping server ends what hangs after the grace period', source: 'Design: server' },
  'process.finish': { text: 'a stopping server finishes what it was asked', source: 'Design: server' },
  'process.refuses': { text: 'a server refuses to start with settings that cannot work', source: 'Design: vault' },
  'process.private-network': {
    text: 'private addresses are reached only when allowed, which every start logs',
    source: 'Design: egress',
  },
  'process.limits': { text: 'the limits of calls and bodies can be set', source: 'Design: the gate, step 7' },
  'process.shared': {
    text: 'servers that share a database share everything',
    source: 'Design: state lives in the store',
  },
  'process.renewal': {
    text: 'of 200 calls at two servers one renews the token, and none fails',
    source: 'Held to: renewal across processes',
  },
  'process.renewal-killed': {
    text: 'kill -9 in the middle of a renewal leaves an account that works or says how to mend it',
    source: 'Held to: renewal across processes',
  },
  'process.webhooks': {
    text: 'of two servers one sends each message; what one died with, the other sends',
    source: 'Design: state lives in the store',
  },
  'process.vault-rotate': {
    text: 'the encryption key is replaced while a server works, by a command that may be killed on its way',
    source: 'Design: vault',
  },
  'process.events': {
    text: 'events are heard at every server, whichever made them, and a stopping one lets go',
    source: 'Design: state lives in the store',
  },
  'embedded.lazy': { text: 'nothing is opened before the first call, and then once', source: 'Design: one code path' },
  'embedded.retry': { text: 'an opening that failed is tried again by the next call', source: 'Design: one code path' },
  'embedded.key': { text: 'the function needs no key, the handler for outside does', source: 'Design: one code path' },
  'embedded.abort': { text: 'a signal ends a call as it does with fetch', source: 'Design: one code path' },
} as const satisfies Record<string, Requirement>;

export type RequirementId = keyof typeof requirements;

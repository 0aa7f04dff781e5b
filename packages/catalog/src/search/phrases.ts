import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../phrases/', import.meta.url);

/**
 * What people say when they mean a tool, by its slug: a file for each toolkit, a line for each tool, phrases separated by
 * semicolons.
 */
export function readPhrases(): ReadonlyMap<string, readonly string[]> {
  const phrases = new Map<string, readonly string[]>();
  for (const name of readdirSync(folder).sort()) {
    for (const line of readFileSync(new URL(name, folder), 'utf8').split('\n')) {
      if (line === '') continue;
      const [, slug, text] = /^([A-Z][A-Z0-9_]*): (.+)$/.exec(line) ?? [];
      if (slug === undefined || text === undefined) throw new Error(`phrases/${name} has a line that is none: ${line}`);
      if (phrases.has(slug)) throw new Error(`phrases/${name} has ${slug} twice.`);
      phrases.set(
        slug,
        text.split(';').map((phrase) => phrase.trim()),
      );
    }
  }
  return phrases;
}

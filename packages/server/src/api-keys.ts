import { hash, randomBytes } from 'node:crypto';
import type { ApiKey, ApiKeyStore, Store } from '@jackfield/engine';

/** The project that everything belongs to unless another is named. */
export const defaultProject = 'default';

/** A new API key: `jf_` and 256 random bits. Shown once; only its hash is kept. */
export function generateApiKey(): string {
  return `jf_${randomBytes(32).toString('base64url')}`;
}

/**
 * SHA-256 of a key, in hexadecimal. A slow hash would add nothing: the key is 256 random bits, not a password that
 * could be guessed.
 */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}

export interface NewApiKeyOptions {
  /** For people: what the key is for. */
  readonly name: string;
  /** Name of the project it opens, made if there is none. Default: `default`. */
  readonly project?: string | undefined;
}

export interface CreatedApiKey {
  /** The key itself, which cannot be had again. */
  readonly key: string;
  readonly apiKey: ApiKey;
}

/** What keys are kept in: a `Store`, or the part of one. */
export interface ApiKeyHome {
  readonly projects: Pick<Store['projects'], 'ensure'>;
  readonly apiKeys: ApiKeyStore;
}

/** Makes a key and stores its hash. */
export async function createApiKey(store: ApiKeyHome, options: NewApiKeyOptions): Promise<CreatedApiKey> {
  const project = await store.projects.ensure(options.project ?? defaultProject);
  const key = generateApiKey();
  const apiKey = await store.apiKeys.create({
    projectId: project.id,
    name: options.name,
    hash: hashApiKey(key),
    hint: key.slice(-4),
  });
  return { key, apiKey };
}

/** All keys of a project, revoked ones too, newest first. Never the keys themselves. */
export async function listApiKeys(store: ApiKeyHome, project: string = defaultProject): Promise<readonly ApiKey[]> {
  const { id } = await store.projects.ensure(project);
  return store.apiKeys.list(id);
}

/** Ends a key at once, on every server that shares the store. Whether there was such a key that was active. */
export async function revokeApiKey(
  store: ApiKeyHome,
  keyId: string,
  project: string = defaultProject,
): Promise<boolean> {
  const { id } = await store.projects.ensure(project);
  return store.apiKeys.revoke(id, keyId);
}

import { isJsonObject } from '@jackfield/json-schema';
import { arrayOf } from './document.ts';

export interface ServerOptions {
  readonly baseUrl: string | undefined;
  readonly documentUrl: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The absolute URL, without a trailing slash, of the first of these servers that has one. Undefined when none has: then a
 * base URL is needed.
 *
 * A given base URL with a path takes the place of every server. One without a path does so too, except that a relative
 * server (`/v1`) is resolved against it.
 */
export function serverUrl(servers: unknown, options: ServerOptions): string | undefined {
  const list = arrayOf(servers).filter(isJsonObject);
  const candidates = list.length === 0 ? [{ url: '/' }] : list;
  for (const server of candidates) {
    const url = fillVariables(server, options.variables);
    if (url === undefined) continue;
    const absolute = absoluteUrl(url, options);
    if (absolute !== undefined) return absolute;
  }
  return options.baseUrl === undefined ? undefined : withoutTrailingSlash(options.baseUrl);
}

function absoluteUrl(url: string, options: ServerOptions): string | undefined {
  const isRelative = !/^[a-z][a-z0-9+.-]*:/i.test(url) && !url.startsWith('//');
  if (options.baseUrl !== undefined) {
    const base = new URL(options.baseUrl);
    const isOrigin = base.pathname === '/' && base.search === '';
    return isRelative && isOrigin ? httpUrl(url, options.baseUrl) : withoutTrailingSlash(options.baseUrl);
  }
  if (isRelative && options.documentUrl === undefined) return undefined;
  return httpUrl(url, options.documentUrl ?? 'https://relative.invalid');
}

function httpUrl(url: string, base: string): string | undefined {
  if (!URL.canParse(url, base)) return undefined;
  const parsed = new URL(url, base);
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return undefined;
  parsed.hash = '';
  parsed.search = '';
  parsed.username = '';
  parsed.password = '';
  return withoutTrailingSlash(parsed.href);
}

/** `https://{tenant}.example.com` with each variable's chosen value, its default or its first allowed value. */
function fillVariables(
  server: { readonly [key: string]: unknown },
  chosen: Readonly<Record<string, string>>,
): string | undefined {
  if (typeof server.url !== 'string') return undefined;
  const variables = isJsonObject(server.variables) ? server.variables : {};
  let isComplete = true;
  const url = server.url.trim().replace(/\{([^{}]+)\}/g, (_, name: string) => {
    if (Object.hasOwn(chosen, name)) return chosen[name] ?? '';
    const variable = isJsonObject(variables[name]) ? variables[name] : {};
    const value = variable.default ?? arrayOf(variable.enum)[0];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    isComplete = false;
    return '';
  });
  return isComplete ? url : undefined;
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { JackfieldError } from '@jackfield/core';
import type { ListenOptions } from '@jackfield/server/node';
import type { Terminal } from './terminal.ts';

/** What the command line says of the pages on which users connect accounts. */
export interface ConnectPageOptions {
  readonly brandName?: string;
  readonly brandColor?: string;
  /** An https or `data:` URL, or a file. */
  readonly brandLogo?: string;
  /** A JSON file: language to texts. */
  readonly connectTexts?: string;
}

type ConnectPages = NonNullable<ListenOptions['connectPages']>;

const imageTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
};

/**
 * The options, or else the variables JACKFIELD_BRAND_NAME, JACKFIELD_BRAND_COLOR, JACKFIELD_BRAND_LOGO and
 * JACKFIELD_CONNECT_TEXTS.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for files that cannot be used
 */
export async function readConnectPages(options: ConnectPageOptions, { env }: Terminal): Promise<ConnectPages> {
  const logo = options.brandLogo ?? (env.JACKFIELD_BRAND_LOGO || undefined);
  const texts = options.connectTexts ?? (env.JACKFIELD_CONNECT_TEXTS || undefined);
  return {
    name: options.brandName ?? (env.JACKFIELD_BRAND_NAME || undefined),
    color: options.brandColor ?? (env.JACKFIELD_BRAND_COLOR || undefined),
    logo: logo === undefined ? undefined : await readLogo(logo),
    texts: texts === undefined ? undefined : await readTexts(texts),
  };
}

async function readLogo(location: string): Promise<string> {
  // A drive's letter is no scheme.
  if (/^[a-z][a-z\d+.-]+:/i.test(location)) return location;
  const type = imageTypes[extname(location).toLowerCase()];
  if (type === undefined) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The logo ${location} is neither a URL nor a file of an image that pages can show.`,
      fix: `Give an https URL, or a file that ends in ${Object.keys(imageTypes).join(', ')}.`,
    });
  }
  const content = await readConfigured('logo', location);
  return `data:${type};base64,${content.toString('base64')}`;
}

async function readTexts(file: string): Promise<NonNullable<ConnectPages['texts']>> {
  const content = await readConfigured('texts', file);
  let table: unknown;
  try {
    table = JSON.parse(content.toString());
  } catch (cause) {
    throw invalidTexts(file, cause);
  }
  // What is in it is checked where it is used.
  if (typeof table === 'object' && table !== null && !Array.isArray(table)) return { ...table };
  throw invalidTexts(file);
}

function invalidTexts(file: string, cause?: unknown): JackfieldError {
  return new JackfieldError('INVALID_CONFIGURATION', {
    message: `The texts in ${file} are not a JSON object.`,
    fix: 'Write texts by language and key: `{ "en": { "form.submit": "Connect" } }`.',
    cause,
  });
}

async function readConfigured(what: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The ${what} of the connect pages cannot be read: ${file} (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      fix: 'Check that the file exists and can be read.',
      cause,
    });
  }
}

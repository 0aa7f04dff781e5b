import { JackfieldError } from '@jackfield/contract';
import { readColor } from './accent-colors.ts';
import { type ConnectTextKey, type ConnectTexts, connectTexts, defaultLanguage } from './connect-texts.ts';
import { placeholdersOf } from './fill-text.ts';
import { readLogo } from './read-logo.ts';

/** What the operator makes the connect pages look like and say. */
export interface ConnectPageSettings {
  /** What the app is called that asks for access: `Acme`. Default: "an app". */
  readonly name?: string | undefined;
  /** Of buttons and links: `#rgb` or `#rrggbb`. What stands on it is made to be readable. */
  readonly color?: string | undefined;
  /** An https URL, or a `data:` URL of at most 100,000 characters, of a PNG, JPEG, WebP, GIF or SVG image. */
  readonly logo?: string | undefined;
  /**
   * Texts in place of the pages' own, by language tag (BCP 47). A language that is not there yet is added; what it
   * lacks is in English.
   */
  readonly texts?: Readonly<Record<string, Partial<ConnectTexts>>> | undefined;
}

/** Settings that work: colours and tags in their usual form, all texts of each language. */
export interface ConnectPageLook {
  readonly name: string | undefined;
  readonly color: string;
  readonly logo: string | undefined;
  readonly texts: Readonly<Record<string, ConnectTexts>>;
}

const defaultColor = '#2451d6';
const longestName = 60;

/** @throws JackfieldError `INVALID_CONFIGURATION` saying which setting cannot work */
export function readConnectPageSettings(settings: ConnectPageSettings = {}): ConnectPageLook {
  const name = settings.name?.trim();
  if (name !== undefined && (name === '' || name.length > longestName)) {
    throw invalid(
      `The name on the connect pages has ${name.length} characters.`,
      `Give one of 1 to ${longestName} characters, or none.`,
    );
  }
  const color = readColor(settings.color ?? defaultColor);
  if (color === undefined) {
    throw invalid(
      `The colour of the connect pages, ${quote(settings.color)}, is none that is known here.`,
      'Write it as `#rgb` or `#rrggbb`, such as `#0f766e`.',
    );
  }
  const logo = settings.logo === undefined ? undefined : readLogo(settings.logo);
  if (settings.logo !== undefined && logo === undefined) {
    throw invalid(
      `The logo of the connect pages, ${quote(settings.logo)}, is no address of an image that can be shown there.`,
      'Give an https URL, or a `data:` URL of at most 100,000 characters of a PNG, JPEG, WebP, GIF or SVG image.',
    );
  }
  return { name, color, logo: logo?.url, texts: readTexts(settings.texts ?? {}) };
}

function readTexts(given: NonNullable<ConnectPageSettings['texts']>): Readonly<Record<string, ConnectTexts>> {
  const all: Record<string, ConnectTexts> = { ...connectTexts };
  const base = all[defaultLanguage] as ConnectTexts;
  for (const [tag, texts] of Object.entries(given)) {
    const language = canonical(tag);
    if (language === undefined) {
      throw invalid(
        `The texts of the connect pages are given for ${quote(tag)}, which is no language tag.`,
        'Name languages as browsers do (BCP 47): `fr`, `pt-BR`.',
      );
    }
    if (typeof texts !== 'object' || texts === null) throw notATable(tag);
    for (const [key, text] of Object.entries(texts)) checkText(language, key, text, base);
    const own = Object.entries(texts).filter(([, text]) => text !== undefined);
    all[language] = { ...(all[language] ?? base), ...Object.fromEntries(own) };
  }
  return all;
}

function checkText(language: string, key: string, text: unknown, base: ConnectTexts): void {
  if (text === undefined) return;
  const where = `The text \`${key}\` of the connect pages in ${quote(language)}`;
  if (!isKey(key, base)) {
    throw invalid(`${where} is none that they have.`, `They have ${Object.keys(base).join(', ')}.`);
  }
  if (typeof text !== 'string' || text.trim() === '' || text.length > 1000) {
    throw invalid(`${where} is not a text of 1 to 1000 characters.`, 'Write one, or leave it out.');
  }
  if (key === 'direction' && text !== 'ltr' && text !== 'rtl') {
    throw invalid(`${where} is ${quote(text)}.`, 'A direction is `ltr` or `rtl`.');
  }
  const known = placeholdersOf(base[key]);
  const unknown = placeholdersOf(text).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw invalid(
      `${where} has ${unknown.map((name) => `\`{${name}}\``).join(' and ')}, which nothing is filled in for.`,
      known.length === 0 ? 'Leave it out.' : `It may have ${known.map((name) => `\`{${name}}\``).join(' and ')}.`,
    );
  }
}

function isKey(key: string, base: ConnectTexts): key is ConnectTextKey {
  return Object.hasOwn(base, key);
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

function notATable(tag: string): JackfieldError {
  return invalid(
    `The texts of the connect pages in ${quote(tag)} are no object.`,
    'Give an object of texts by their keys: `{ "form.submit": "Connect" }`.',
  );
}

function invalid(message: string, fix: string): JackfieldError {
  return new JackfieldError('INVALID_CONFIGURATION', { message, fix });
}

function quote(text: string | undefined): string {
  return JSON.stringify(text !== undefined && text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

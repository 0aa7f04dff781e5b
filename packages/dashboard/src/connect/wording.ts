import type { AccountIdentity } from '@jackfield/contract';
import { html } from 'hono/html';
import type { ConnectTextKey, ConnectTexts } from './connect-texts.ts';
import { fillText, type Piece } from './fill-text.ts';
import type { Html } from './html.ts';
import { en } from './texts/en.ts';

/** The texts of one page: in one language, for one app. */
export class Wording {
  readonly texts: ConnectTexts;
  readonly language: string;
  readonly #app: string | undefined;

  constructor(texts: ConnectTexts, language: string, app: string | undefined) {
    this.texts = texts;
    this.language = language;
    this.#app = app;
  }

  /** What is filled in is set off, and cannot turn the direction of what stands around it (HTML, `bdi`). */
  say(key: ConnectTextKey, values: Readonly<Record<string, string>> = {}): Html {
    const pieces = this.#pieces(key, values);
    return html`${pieces.map(({ text, filled }) => (filled ? html`<bdi>${text}</bdi>` : text))}`;
  }

  /** The same for attributes and titles, where there can be no elements. */
  plain(key: ConnectTextKey, values: Readonly<Record<string, string>> = {}): string {
    return this.#pieces(key, values)
      .map(({ text }) => text)
      .join('');
  }

  #pieces(key: ConnectTextKey, values: Readonly<Record<string, string>>): readonly Piece[] {
    const { texts } = this;
    const name = this.#app;
    const template = texts[key]
      .replaceAll('{back}', texts[name === undefined ? 'back.unnamed' : 'back.named'])
      .replaceAll('{app}', name === undefined ? texts['app.unnamed'] : '{name}');
    return fillText(template, { ...values, ...(name === undefined ? {} : { name }) });
  }

  /** Of minutes, with the unit: "10 minutes". */
  minutes(count: number): string {
    return new Intl.NumberFormat(this.language, { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(count);
  }

  /** A label of a form: the service's own words as they are; those that fit every service in this language. */
  label(label: string): string {
    for (const part of standardFields) {
      const key = `field.${part}` as const;
      const english = en[key];
      if (label === english) return this.texts[key];
      if (label.startsWith(`${english} (`)) return `${this.texts[key]}${label.slice(english.length)}`;
    }
    return label;
  }
}

const standardFields = [
  'api_key',
  'token',
  'username',
  'password',
  'client_id',
  'client_secret',
  'key',
  'subject',
] as const;

/** `ada@example.com (Acme)`; undefined when there is nothing to tell an account by. */
export function accountLabel(identity: AccountIdentity | null): string | undefined {
  const { email, login, name, id, workspace } = identity ?? {};
  const who = email ?? login ?? name ?? id;
  if (who === undefined) return workspace;
  return workspace === undefined ? who : `${who} (${workspace})`;
}

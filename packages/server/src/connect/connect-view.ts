import type { ConnectField, ConnectForm, ConnectSignIn } from '@jackfield/engine';
import { html, raw } from 'hono/html';
import { connectStyle } from './connect-style.ts';
import { connectTexts as texts } from './connect-texts.ts';

/** Text that is HTML already: what the views return. */
export type Html = ReturnType<typeof html>;

/** What a person sent that could not be accepted. */
export interface Mistakes {
  /** Field name to what is wrong with it. */
  readonly byField: ReadonlyMap<string, string>;
  /** What belongs to no field. */
  readonly others: readonly string[];
  /** What was entered, by field name. Secret fields are left out before they get here. */
  readonly entered: ReadonlyMap<string, string>;
}

/** The form that a connect link opens. */
export function formView(form: ConnectForm, mistakes: Mistakes | undefined, now: Date, nonce: string): Html {
  const { name } = form.toolkit;
  const minutes = Math.max(1, Math.round((form.expiresAt.getTime() - now.getTime()) / 60_000));
  return page(
    texts.title(name),
    nonce,
    html`<div class="mark" aria-hidden="true">${[...name][0]?.toUpperCase()}</div>
      <h1>${texts.title(name)}</h1>
      <p class="soft">${texts.forUser} <strong>${form.userId}</strong></p>
      <p>${texts.intro(name)}</p>
      ${mistakes === undefined ? '' : mistakesView(form.fields, mistakes)}
      <form method="post" autocomplete="off">
        ${form.fields.map((field) => fieldView(field, mistakes))}
        <button type="submit">${texts.submit}</button>
      </form>
      <p class="soft">${texts.kept} ${texts.expiresIn(minutes)}</p>`,
  );
}

/** The page before a person signs in at the service. */
export function signInView(step: ConnectSignIn, now: Date, nonce: string): Html {
  const { name } = step.toolkit;
  const minutes = Math.max(1, Math.round((step.expiresAt.getTime() - now.getTime()) / 60_000));
  return page(
    texts.title(name),
    nonce,
    html`<div class="mark" aria-hidden="true">${[...name][0]?.toUpperCase()}</div>
      <h1>${texts.title(name)}</h1>
      <p class="soft">${texts.forUser} <strong>${step.userId}</strong></p>
      <p>${texts.signIn(name)}</p>
      <form method="post">
        <button type="submit">${texts.goOn(name)}</button>
      </form>
      <p class="soft">${texts.expiresIn(minutes)}</p>`,
  );
}

function mistakesView(fields: readonly ConnectField[], mistakes: Mistakes): Html {
  const named = fields.filter((field) => mistakes.byField.has(field.name));
  return html`<div class="mistakes" role="alert">
    <p><strong>${texts.mistakes}</strong></p>
    <ul>
      ${named.map(
        (field) => html`<li><a href="#${fieldId(field)}">${field.label}</a>: ${mistakes.byField.get(field.name)}</li>`,
      )}
      ${mistakes.others.map((text) => html`<li>${text}</li>`)}
    </ul>
    ${fields.some((field) => field.secret) ? html`<p class="soft">${texts.retype}</p>` : ''}
  </div>`;
}

function fieldView(field: ConnectField, mistakes: Mistakes | undefined): Html {
  const id = fieldId(field);
  const wrong = mistakes?.byField.get(field.name);
  const describedBy = [field.hint === undefined ? [] : `${id}-hint`, wrong === undefined ? [] : `${id}-wrong`].flat();
  return html`<div class="field">
    <label for="${id}"
      >${field.label}${field.required ? '' : html` <span class="soft">(${texts.optional})</span>`}</label
    >
    ${field.hint === undefined ? '' : html`<div class="soft" id="${id}-hint">${field.hint}</div>`}
    <input
      id="${id}"
      name="${field.name}"
      type="${field.secret ? 'password' : 'text'}"
      autocomplete="off"
      autocapitalize="none"
      autocorrect="off"
      spellcheck="false"
      ${raw(field.required ? 'required' : '')}
      ${raw(wrong === undefined ? '' : 'aria-invalid="true"')}
      ${describedBy.length === 0 ? '' : html`aria-describedby="${describedBy.join(' ')}"`}
      ${field.secret ? '' : html`value="${mistakes?.entered.get(field.name) ?? ''}"`}
    />
    ${wrong === undefined ? '' : html`<div class="wrong" id="${id}-wrong">${wrong}</div>`}
  </div>`;
}

function fieldId(field: ConnectField): string {
  return `field-${field.name.replaceAll(/[^\w-]/g, '_')}`;
}

/** A page that only says something. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly fix?: string;
  /** A number to hand on, such as a request id. */
  readonly number?: string;
}

export function noticeView(notice: Notice, nonce: string): Html {
  return page(
    notice.title,
    nonce,
    html`<h1>${notice.title}</h1>
      <p>${notice.text}</p>
      ${notice.fix === undefined ? '' : html`<p>${notice.fix}</p>`}
      ${notice.number === undefined ? '' : html`<p class="number">${notice.number}</p>`}`,
  );
}

function page(title: string, nonce: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="${texts.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style nonce="${nonce}">
          ${raw(connectStyle)}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`;
}

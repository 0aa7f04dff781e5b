import { html, raw } from 'hono/html';
import type {
  ConnectFormContent,
  ConnectFormField,
  ConnectIssue,
  ConnectMistakes,
  ConnectSignInContent,
} from './connect-content.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { linkText } from './link-text.ts';
import type { View } from './view.ts';
import { accountLabel } from './wording.ts';

/** The form that a connect link opens. */
export function formView(form: ConnectFormContent, view: View): Html {
  const { say } = view;
  const toolkit = form.toolkit.name;
  return html`${pairView(form, view)}
    <h1>${say(titleKey(form), { toolkit })}</h1>
    <p class="lead">${say(form.fields.length === 0 ? 'form.introEmpty' : 'form.intro', { toolkit })}</p>
    ${factsView(form, view)} ${form.mistakes === undefined ? '' : mistakesView(form, form.mistakes, view)}
    <form method="post" autocomplete="off">
      ${form.fields.map((field) => fieldView(field, form, view))} ${submitView('form.submit', 'form.submitting', form, view)}
    </form>
    <p class="note">${icons.lock}<span>${say('form.kept', { toolkit })}</span></p>`;
}

/** The page before a person signs in at the service. */
export function signInView(step: ConnectSignInContent, view: View): Html {
  const { say } = view;
  const toolkit = step.toolkit.name;
  return html`${pairView(step, view)}
    <h1>${say(titleKey(step), { toolkit })}</h1>
    <p class="lead">${say('signIn.intro', { toolkit })}</p>
    ${factsView(step, view, new URL(step.authorizationOrigin).host)} ${scopesView(step, view)}
    <form method="post">${submitView('signIn.submit', 'signIn.submitting', step, view)}</form>
    <p class="note">${icons.lock}<span>${say('signIn.kept', { toolkit })}</span></p>`;
}

/** What stands below the page: for how long the link works. */
export function expiryView(expiresAt: Date, view: View): Html {
  const seconds = Math.max(0, Math.round((expiresAt.getTime() - view.now.getTime()) / 1000));
  const time = view.wording.minutes(Math.max(1, Math.round(seconds / 60)));
  return html`<footer
    class="expiry"
    data-seconds="${String(seconds)}"
    data-template="${view.wording.texts['start.expires']}"
    data-over="${view.plain('start.expired')}"
  >
    ${view.plain('start.expires', { time })}
  </footer>`;
}

type Start = ConnectFormContent | ConnectSignInContent;

export function titleKey({ account }: Start): 'start.title' | 'start.titleAgain' {
  return account === undefined ? 'start.title' : 'start.titleAgain';
}

/** The app and the service, as pictures. */
function pairView({ toolkit }: Start, { look, image }: View): Html {
  const service = markView(toolkit.name, image(toolkit.logo));
  if (look.name === undefined && look.logo === undefined)
    return html`<div class="pair" aria-hidden="true">${service}</div>`;
  return html`<div class="pair" aria-hidden="true">
    ${markView(look.name ?? '', image(look.logo))} ${icons.between} ${service}
  </div>`;
}

function markView(name: string, logo: string | undefined): Html {
  const letter = [...name.trim()][0]?.toLocaleUpperCase() ?? '';
  return html`<div class="mark">
    ${letter}${logo === undefined ? '' : html`<img src="${logo}" alt="" referrerpolicy="no-referrer" />`}
  </div>`;
}

function factsView(start: Start, { say }: View, host?: string): Html {
  const { account, callbackUrl, userId } = start;
  const again = account === undefined ? undefined : (accountLabel(account.identity) ?? account.alias ?? undefined);
  const back = callbackUrl === undefined ? undefined : URL.parse(callbackUrl)?.host;
  const facts = [
    { term: say('start.user'), value: userId },
    ...(again === undefined ? [] : [{ term: say('start.account'), value: again }]),
    ...(host === undefined ? [] : [{ term: say('start.host'), value: host }]),
    ...(back === undefined ? [] : [{ term: say('start.return'), value: back }]),
  ];
  return html`<dl class="facts">
    ${facts.map(
      ({ term, value }) =>
        html`<div>
          <dt>${term}</dt>
          <dd><bdi>${value}</bdi></dd>
        </div>`,
    )}
  </dl>`;
}

/** So many are shown at once. */
const scopesShown = 6;

function scopesView({ scopes, scopeDescriptions, toolkit }: ConnectSignInContent, view: View): Html {
  const { say, wording } = view;
  if (scopes.length === 0) {
    return html`<p class="note">${icons.check}<span>${say('signIn.noScopes', { toolkit: toolkit.name })}</span></p>`;
  }
  const item = (scope: string) => {
    const own = Object.hasOwn(scopeDescriptions, scope) ? scopeDescriptions[scope]?.trim() : undefined;
    const standard = isStandardScope(scope) ? wording.texts[`scope.${scope}`] : undefined;
    return html`<li>${icons.check}<bdi>${standard ?? (own || scope)}</bdi></li>`;
  };
  const more = scopes.slice(scopesShown);
  return html`<section class="scopes" aria-labelledby="scopes">
    <h2 id="scopes">${say('signIn.scopes')}</h2>
    <ul>
      ${scopes.slice(0, scopesShown).map(item)}
    </ul>
    ${
      more.length === 0
        ? ''
        : html`<details>
            <summary>${say('signIn.moreScopes', { count: String(more.length) })}</summary>
            <ul>
              ${more.map(item)}
            </ul>
          </details>`
    }
  </section>`;
}

/** Those of OpenID Connect Core section 5.4 and 11, which mean the same everywhere. */
function isStandardScope(scope: string): scope is 'openid' | 'email' | 'profile' | 'offline_access' {
  return ['openid', 'email', 'profile', 'offline_access'].includes(scope);
}

function submitView(
  key: 'form.submit' | 'signIn.submit',
  busy: 'form.submitting' | 'signIn.submitting',
  { toolkit }: Start,
  { plain, say }: View,
): Html {
  return html`<button class="button" type="submit" data-busy="${plain(busy, { toolkit: toolkit.name })}">
    <span>${say(key, { toolkit: toolkit.name })}</span>
  </button>`;
}

function mistakesView({ fields, toolkit }: ConnectFormContent, { issues }: ConnectMistakes, view: View): Html {
  const { say, wording } = view;
  const item = (issue: ConnectIssue) => {
    const field = fields.find(({ name }) => name === issue.path);
    const text = issueView(issue, toolkit.name, view);
    if (field === undefined) return html`<li>${text}</li>`;
    return html`<li><a href="#${fieldId(field)}"><bdi>${wording.label(field.label)}</bdi></a>: ${text}</li>`;
  };
  // Focused, so that it is read first; then the next key leads to the fields.
  return html`<div class="mistakes" role="alert" tabindex="-1" autofocus>
    <h2>${say('mistake.title')}</h2>
    <ul>
      ${issues.map(item)}
    </ul>
    ${fields.some(({ secret }) => secret) ? html`<p>${say('mistake.retype')}</p>` : ''}
  </div>`;
}

function issueView({ reason, message }: ConnectIssue, toolkit: string, { say, wording }: View): Html {
  const key = `mistake.${reason}`;
  if (reason !== 'other_account' && isTextKey(key, wording.texts)) return say(key, { toolkit });
  const english = html`<bdi lang="en">${message}</bdi>`;
  return reason === 'other_account' ? html`${say('mistake.other_account')} ${english}` : english;
}

function isTextKey<Table extends object>(key: string, table: Table): key is Extract<keyof Table, string> {
  return Object.hasOwn(table, key);
}

function fieldView(field: ConnectFormField, { mistakes, toolkit }: ConnectFormContent, view: View): Html {
  const { plain, say, wording } = view;
  const id = fieldId(field);
  const label = wording.label(field.label);
  const wrong = mistakes?.issues.find(({ path }) => path === field.name);
  const isLong = (field.hint?.length ?? 0) > longestHint;
  const describedBy = [
    field.hint === undefined || isLong ? [] : `${id}-hint`,
    wrong === undefined ? [] : `${id}-wrong`,
  ].flat();
  const entered = Object.hasOwn(mistakes?.entered ?? {}, field.name) ? mistakes?.entered[field.name] : undefined;
  const value = field.secret ? '' : (entered ?? '');
  // Password managers would offer to keep a key as the password of this server.
  const attributes = html`id="${id}" name="${field.name}" autocomplete="off" autocapitalize="none" autocorrect="off"
  spellcheck="false" data-1p-ignore data-lpignore="true" data-bwignore ${raw(field.required ? 'required' : '')}
  ${raw(wrong === undefined ? '' : 'aria-invalid="true"')}
  ${describedBy.length === 0 ? '' : html`aria-describedby="${describedBy.join(' ')}"`}`;
  return html`<div class="field">
    <label for="${id}"
      ><bdi>${label}</bdi>${field.required ? '' : html` <span class="soft">(${say('field.optional')})</span>`}</label
    >
    ${hintView(field, isLong, view)}
    <div class="input">
      ${
        field.multiline
          ? html`<textarea rows="6" ${attributes} data-file="${plain('field.file')}">${value}</textarea>`
          : field.secret
            ? html`<input
                type="password"
                ${attributes}
                data-show="${plain('field.show')}"
                data-hide="${plain('field.hide')}"
                data-label="${plain('field.showLabel', { field: label })}"
              />`
            : html`<input type="text" ${attributes} value="${value}" />`
      }
    </div>
    ${
      wrong === undefined
        ? ''
        : html`<p class="wrong-text" id="${id}-wrong">
            ${icons.warning}<span>${issueView(wrong, toolkit.name, view)}</span>
          </p>`
    }
  </div>`;
}

/** In characters. Longer ones are descriptions of an API rather than of a field, and are unfolded. */
const longestHint = 280;

function hintView({ name, hint }: ConnectFormField, isLong: boolean, view: View): Html {
  if (hint === undefined || hint.trim() === '') return html``;
  const text = linkText(hint.trim()).map(({ text, url }) =>
    url === undefined
      ? html`<bdi>${text}</bdi>`
      : html`<a href="${url}" target="_blank" rel="noopener noreferrer"
          >${text}<span class="unseen"> (${view.plain('field.newTab')})</span></a
        >`,
  );
  if (isLong) {
    return html`<details>
      <summary>${view.say('field.help')}</summary>
      <div class="hint">${text}</div>
    </details>`;
  }
  return html`<div class="hint" id="${fieldId({ name })}-hint">${text}</div>`;
}

function fieldId({ name }: Pick<ConnectFormField, 'name'>): string {
  return `field-${name.replaceAll(/[^\w-]/g, '_')}`;
}

import { html } from 'hono/html';
import type { ConnectDone, ConnectFailed, ConnectNotice } from './connect-content.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import type { View } from './view.ts';

/** Everything went well. */
export function doneView({ result }: ConnectDone, { plain, say }: View): Html {
  return html`<div class="sign right">${icons.check}</div>
    <h1>${result === undefined ? say('done.titleUnnamed') : say('done.title', { toolkit: result.toolkit })}</h1>
    ${
      result?.account === undefined
        ? ''
        : html`<p class="lead">${say('done.account')} <strong><bdi>${result.account}</bdi></strong></p>`
    }
    <p class="lead">${say('done.text')}</p>
    <button class="button second" type="button" data-close hidden>${plain('done.close')}</button>`;
}

/** Signing in led to nothing: why, and what to do. */
export function failedView({ failure, toolkit, message }: ConnectFailed, { say }: View): Html {
  return html`<div class="sign wrong">${failure === 'other_browser' ? icons.browser : icons.cross}</div>
    <h1>${say('failed.title', { toolkit })}</h1>
    <p class="lead">${say(`failed.${failure}`, { toolkit })}</p>
    <p class="lead">${say(`failed.${failure}.fix`, { toolkit })}</p>
    <dl class="facts stacked">
      <div>
        <dt>${say('failed.details')}</dt>
        <dd dir="auto" lang="en">${message}</dd>
      </div>
    </dl>`;
}

const signs: Readonly<Record<ConnectNotice['notice'], { readonly icon: Html; readonly kind: 'wrong' | 'over' }>> = {
  expired: { icon: icons.clock, kind: 'over' },
  used: { icon: icons.check, kind: 'over' },
  unknown: { icon: icons.clock, kind: 'over' },
  otherBrowser: { icon: icons.browser, kind: 'over' },
  foreignForm: { icon: icons.warning, kind: 'wrong' },
  tooLarge: { icon: icons.warning, kind: 'wrong' },
  unavailable: { icon: icons.warning, kind: 'wrong' },
  misconfigured: { icon: icons.warning, kind: 'wrong' },
  error: { icon: icons.warning, kind: 'wrong' },
};

/** Nothing that could be gone on with at once. */
export function noticeView({ notice, number }: ConnectNotice, { plain, say }: View): Html {
  const { icon, kind } = signs[notice];
  const isOver = notice === 'expired' || notice === 'unknown';
  return html`<div class="sign ${kind}">${icon}</div>
    <h1>${plain(`${notice}.title`)}</h1>
    <p class="lead">${say(`${notice}.text`)}</p>
    <p class="lead">${say(isOver ? 'failed.startAgain' : `${notice}.fix`)}</p>
    ${
      number === undefined
        ? ''
        : html`<dl class="facts stacked">
            <div class="number">
              <dt>${say('failed.number')}</dt>
              <dd>${number}</dd>
            </div>
          </dl>`
    }
    ${notice === 'unavailable' ? html`<a class="button second" href="">${plain('failed.tryAgain')}</a>` : ''}`;
}

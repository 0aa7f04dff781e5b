import { html, raw } from 'hono/html';
import type { ConnectContent } from './connect-content.ts';
import { type ConnectPageSettings, readConnectPageSettings } from './connect-page-settings.ts';
import { connectStyle } from './connect-style.ts';
import { defaultLanguage } from './connect-texts.ts';
import { enhancePage } from './enhance-page.ts';
import type { Html } from './html.ts';
import { negotiateLanguage } from './negotiate-language.ts';
import { doneView, failedView, noticeView } from './notice-view.ts';
import { readLogo } from './read-logo.ts';
import { expiryView, formView, signInView, titleKey } from './start-view.ts';
import type { View } from './view.ts';
import { Wording } from './wording.ts';

/** A page, and what goes with it in the headers. */
export interface RenderedPage {
  readonly html: string;
  /** Language tag, for `Content-Language`. */
  readonly language: string;
  /** For `Content-Security-Policy`; forms lead nowhere unless `formAction` says so. */
  readonly policy: string;
}

export interface RenderOptions {
  /** Value of the request's `Accept-Language`. */
  readonly acceptLanguage: string | undefined;
  /** Unguessable, made for this page alone. */
  readonly nonce: string;
  /** URL of `script`, which may be relative to the page. */
  readonly scriptUrl: string;
  /** Origins beside the page's own to which its form may lead, redirects included. */
  readonly formAction?: readonly string[] | undefined;
  readonly now: Date;
}

/** The pages on which people connect accounts. */
export interface ConnectPages {
  render(content: ConnectContent, options: RenderOptions): RenderedPage;
  /** Source text of the script that makes pages more pleasant. */
  readonly script: string;
}

/** @throws JackfieldError `INVALID_CONFIGURATION` for settings that cannot work */
export function checkConnectPages(settings: ConnectPageSettings | undefined): void {
  readConnectPageSettings(settings);
}

/** @throws JackfieldError `INVALID_CONFIGURATION` for settings that cannot work */
export function createConnectPages(settings?: ConnectPageSettings): ConnectPages {
  const look = readConnectPageSettings(settings);
  const languages = Object.keys(look.texts);
  const style = connectStyle(look.color);
  return {
    script: `(${enhancePage})();\n`,
    render(content, { acceptLanguage, nonce, scriptUrl, formAction, now }) {
      const language = negotiateLanguage(acceptLanguage, languages, defaultLanguage);
      const texts = look.texts[language];
      if (texts === undefined) throw new TypeError('There are texts in each of the languages.');
      const wording = new Wording(texts, language, look.name);
      const images = new Set<string>();
      const view: View = {
        look,
        wording,
        now,
        say: (key, values) => wording.say(key, values),
        plain: (key, values) => wording.plain(key, values),
        image(url) {
          const logo = url === undefined ? undefined : readLogo(url);
          if (logo !== undefined) images.add(logo.source);
          return logo?.url;
        },
      };
      const isStart = content.kind === 'form' || content.kind === 'sign-in';
      const hasScript = content.kind !== 'notice';
      const body = html`${isStart ? '' : brandView(view)}
        <main>${contentView(content, view)}</main>
        ${isStart ? expiryView(content.expiresAt, view) : ''}
        ${hasScript ? html`<p class="unseen" role="status" data-state></p>` : ''}`;
      const page = html`<!doctype html>
        <html lang="${language}" dir="${texts.direction}">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="robots" content="noindex" />
            <meta name="color-scheme" content="light dark" />
            <title>${documentTitle(content, view)}</title>
            <style nonce="${nonce}">
              ${raw(style)}
            </style>
            ${hasScript ? html`<script nonce="${nonce}" src="${scriptUrl}" defer></script>` : ''}
          </head>
          <body>
            ${body}
          </body>
        </html>`;
      return {
        // Nothing in it has to be waited for.
        html: String(page),
        language,
        policy: [
          "default-src 'none'",
          `style-src 'nonce-${nonce}'`,
          ...(hasScript ? [`script-src 'nonce-${nonce}'`, "require-trusted-types-for 'script'"] : []),
          ...(images.size === 0 ? [] : [`img-src ${[...images].sort().join(' ')}`]),
          `form-action ${formAction === undefined ? "'none'" : ["'self'", ...formAction].join(' ')}`,
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ].join('; '),
      };
    },
  };
}

function contentView(content: ConnectContent, view: View): Html {
  switch (content.kind) {
    case 'form':
      return formView(content, view);
    case 'sign-in':
      return signInView(content, view);
    case 'done':
      return doneView(content, view);
    case 'failed':
      return failedView(content, view);
    case 'notice':
      return noticeView(content, view);
  }
}

/** Names the app, and says first when something is wrong (WCAG 2.2, success criterion 2.4.2). */
function documentTitle(content: ConnectContent, view: View): string {
  const { plain, look } = view;
  const title = pageTitle(content, view);
  const parts = [
    ...(content.kind === 'form' && content.mistakes !== undefined ? [plain('mistake.page')] : []),
    title,
    ...(look.name === undefined ? [] : [look.name]),
  ];
  return parts.join(' – ');
}

function pageTitle(content: ConnectContent, view: View): string {
  switch (content.kind) {
    case 'form':
    case 'sign-in':
      return view.plain(titleKey(content), { toolkit: content.toolkit.name });
    case 'done':
      return content.result === undefined
        ? view.plain('done.titleUnnamed')
        : view.plain('done.title', { toolkit: content.result.toolkit });
    case 'failed':
      return view.plain('failed.title', { toolkit: content.toolkit });
    case 'notice':
      return view.plain(`${content.notice}.title`);
  }
}

function brandView({ look, image }: View): Html {
  if (look.name === undefined && look.logo === undefined) return html``;
  const logo = image(look.logo);
  return html`<header class="brand">
    ${logo === undefined ? '' : html`<img src="${logo}" alt="" referrerpolicy="no-referrer" />`}<bdi>${look.name ?? ''}</bdi>
  </header>`;
}

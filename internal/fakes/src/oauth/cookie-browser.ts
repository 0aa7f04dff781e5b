/** What a browser of a person does with pages: keeps cookies, follows redirects, sends forms. Runs no scripts. */
export interface CookieBrowser {
  /** Goes to a URL, as from the address bar or by a link. */
  open(url: string): Promise<BrowserPage>;
  /** Sends the form of the page that is shown; what is not given stays as the page has it. */
  submit(fields?: Readonly<Record<string, string>>): Promise<BrowserPage>;
  /** Signs in at the authorization server that is shown (of `startOAuthProvider`), and decides. */
  signIn(login: string, decision?: SignInDecision): Promise<BrowserPage>;
  readonly page: BrowserPage;
  /** What it keeps, as names and values. */
  cookies(): readonly (readonly [string, string])[];
  /** Every URL that it went to, redirects included. */
  readonly visited: readonly string[];
}

export interface SignInDecision {
  /** Default: `approve`. */
  readonly decision?: 'approve' | 'deny';
  /** The scopes to grant. Default: all that are asked for. */
  readonly scopes?: readonly string[];
}

export interface BrowserPage {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
}

export interface CookieBrowserOptions {
  /** Origins that are really elsewhere: a name on the internet to where a test listens. Default: none. */
  readonly origins?: Readonly<Record<string, string>>;
  /** Where it stops instead of going on by a redirect. Default: nowhere. */
  readonly stopsAt?: (url: URL) => boolean;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

const mostRedirects = 20;

export function openCookieBrowser({ origins = {}, stopsAt = () => false }: CookieBrowserOptions = {}): CookieBrowser {
  let cookies: Cookie[] = [];
  let page: BrowserPage = { url: 'about:blank', status: 0, html: '', headers: new Headers() };
  const visited: string[] = [];

  function keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const separator = pair.indexOf('=');
      const name = pair.slice(0, separator);
      const value = pair.slice(separator + 1);
      const of = (attribute: string) =>
        attributes.find((each) => each.toLowerCase().startsWith(`${attribute}=`))?.slice(attribute.length + 1);
      const path = of('path') ?? '/';
      const expires = of('expires');
      const isOver = of('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now());
      // Cookies do not keep ports apart (RFC 6265 section 8.5).
      const host = url.hostname;
      cookies = cookies.filter((each) => !(each.name === name && each.host === host && each.path === path));
      if (!isOver && value !== '') cookies.push({ name, value, host, path });
    }
  }

  function cookiesFor(url: URL): string {
    return cookies
      .filter(({ host, path }) => host === url.hostname && (path === '/' || `${url.pathname}/`.startsWith(`${path}/`)))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  async function go(target: URL, init: RequestInit, site: string): Promise<BrowserPage> {
    let url = target;
    let request: RequestInit = init;
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      visited.push(url.href);
      const cookie = cookiesFor(url);
      const address = new URL(url);
      const elsewhere = origins[url.origin];
      const headers = new Headers(request.headers);
      headers.set('sec-fetch-mode', 'navigate');
      headers.set('sec-fetch-dest', 'document');
      headers.set('sec-fetch-site', site);
      if (cookie !== '') headers.set('cookie', cookie);
      const href = elsewhere === undefined ? address.href : `${elsewhere}${address.pathname}${address.search}`;
      const response = await fetch(href, { ...request, headers, redirect: 'manual' });
      keep(url, response.headers);
      const html = await response.text();
      page = { url: url.href, status: response.status, html, headers: response.headers };
      const location = response.headers.get('location');
      if (location === null || response.status < 300 || response.status > 399) return page;
      const next = new URL(location, url);
      if (stopsAt(next)) {
        page = { url: next.href, status: 0, html: '', headers: new Headers() };
        return page;
      }
      if (response.status === 302 || response.status === 303) request = {};
      url = next;
    }
    throw new Error(`The browser went in a circle: ${visited.slice(-5).join(' ')}`);
  }

  const browser: CookieBrowser = {
    open: (url) => go(new URL(url), {}, 'none'),
    async submit(fields = {}) {
      const form = /<form[^>]*>/.exec(page.html)?.[0];
      if (form === undefined) throw new Error(`There is no form on ${page.url} (${page.status}): ${page.html}`);
      const body = new URLSearchParams();
      for (const [input] of page.html.matchAll(/<(?:input|textarea)[^>]*>/g)) {
        const name = /\bname="([^"]*)"/.exec(input)?.[1];
        if (name !== undefined) body.set(name, fields[name] ?? /\bvalue="([^"]*)"/.exec(input)?.[1] ?? '');
      }
      const action = /\baction="([^"]*)"/.exec(form)?.[1] ?? '';
      // What a browser sends from a page with `Referrer-Policy: no-referrer`.
      return go(new URL(action, page.url), { method: 'POST', body, headers: { origin: 'null' } }, 'same-origin');
    },
    async signIn(login, { decision = 'approve', scopes = [] } = {}) {
      // Who they are, then whether they agree; a session that lasts leaves the first out.
      for (let steps = 0; steps < 3 && new URL(page.url).pathname.startsWith('/interaction/'); steps++) {
        await browser.submit({ login, decision, scopes: scopes.join(' ') });
      }
      return page;
    },
    get page() {
      return page;
    },
    cookies: () => cookies.map(({ name, value }) => [name, value]),
    visited,
  };
  return browser;
}

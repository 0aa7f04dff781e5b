import { JackfieldError } from '@jackfield/contract';

const loopback = /^(?:localhost|[\w-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Where browsers may be sent after connecting. A redirect to anywhere else would lend the good name of this server to
 * whoever gets a callback URL into an application.
 *
 * Always allowed: the server's own origin, and this machine, where development happens and nobody else can listen.
 */
export class CallbackPolicy {
  readonly #allowed: readonly URL[];

  /**
   * @param allowed Origins (`https://app.example.com`), or URLs that a callback must be or be below
   * @throws JackfieldError `INVALID_CONFIGURATION`
   */
  constructor(allowed: readonly string[]) {
    this.#allowed = allowed.map((text) => {
      const url = URL.parse(text);
      if (url !== null && isPlain(url) && url.search === '') return url;
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: `${JSON.stringify(text)} cannot be an allowed callback URL.`,
        fix: 'Give origins or URLs such as https://app.example.com/connected, without user, query and fragment.',
      });
    });
  }

  /**
   * @param publicUrl where browsers reach the server, if anywhere
   * @throws JackfieldError `CALLBACK_NOT_ALLOWED`
   */
  check(text: string, publicUrl: string | undefined): void {
    const url = URL.parse(text);
    if (url !== null && isPlain(url)) {
      const isOurs = publicUrl !== undefined && url.origin === new URL(publicUrl).origin;
      if (isOurs || loopback.test(url.hostname)) return;
      if (this.#allowed.some((allowed) => isBelow(url, allowed))) return;
    }
    throw new JackfieldError('CALLBACK_NOT_ALLOWED', {
      message: `After connecting, browsers may not be sent to ${url === null ? 'what is no URL' : `${url.origin}${url.pathname}`}.`,
      fix: 'Allow it where the server is started: `allowedCallbackUrls`, --allow-callback-url, or JACKFIELD_ALLOWED_CALLBACK_URLS.',
      details: { callbackOrigin: url?.origin ?? null },
    });
  }
}

function isPlain(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}

/** Segment by segment: `/back` has `/back/x` below it and not `/backdoor`. */
function isBelow(url: URL, allowed: URL): boolean {
  const path = allowed.pathname.replace(/\/$/, '');
  return url.origin === allowed.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

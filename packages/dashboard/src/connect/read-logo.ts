/** An image that a page may show, and what its policy has to permit for it (CSP 3, `img-src`). */
export interface Logo {
  readonly url: string;
  readonly source: string;
}

const longest = 100_000;

/** Undefined unless it is an https URL, or a `data:` URL of an image that browsers know. */
export function readLogo(text: string): Logo | undefined {
  if (text.length > longest) return undefined;
  const isData = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml)(?:;[\w=-]+)*,[\w+/=%.~!*'();:@&$,?#[\]-]+$/i;
  if (isData.test(text)) return { url: text, source: 'data:' };
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  return { url: url.href, source: url.origin };
}

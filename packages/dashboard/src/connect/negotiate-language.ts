/**
 * The first of the languages that a browser asks for which there is, by the lookup of RFC 4647 section 3.4.
 *
 * @param header Value of `Accept-Language` (RFC 9110 section 12.5.4)
 * @param available Language tags as `Intl.getCanonicalLocales` writes them
 */
export function negotiateLanguage(header: string | undefined, available: readonly string[], fallback: string): string {
  for (const range of readRanges(header ?? '')) {
    if (range === '*') return fallback;
    const parts = range.split('-');
    for (let length = parts.length; length > 0; length--) {
      const tag = parts.slice(0, length).join('-');
      const found = available.find((each) => each.toLowerCase() === tag);
      if (found !== undefined) return found;
    }
  }
  return fallback;
}

/** Most wanted first. */
function readRanges(header: string): string[] {
  return header
    .slice(0, 1000)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((each) => each.startsWith('q='))?.slice(2) ?? '1';
      return { range, weight: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 0 };
    })
    .filter(({ range, weight }) => weight > 0 && /^(?:\*|[a-z\d]{1,8}(?:-[a-z\d]{1,8})*)$/.test(range))
    .sort((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}

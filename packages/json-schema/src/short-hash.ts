/**
 * Six characters `a-z0-9` (31 bits) that depend on nothing but the text: the same in every process and every release.
 * Two rounds of FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv) over UTF-16 code units; not for security.
 */
export function shortHash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + index), 0x01000193);
  }
  const mixed = ((low >>> 0) % 0x200000) * 0x400 + ((high >>> 0) % 0x400);
  return mixed.toString(36).padStart(6, '0').slice(-6);
}

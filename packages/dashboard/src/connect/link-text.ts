/** A piece of a text that may have links in it. */
export type LinkedPiece = { readonly text: string; readonly url?: string };

// As Markdown writes it, or as it stands. Only web addresses: nothing else is made a link.
const pattern = /\[([^\][\n]{1,200})\]\((https?:\/\/[^\s()<>"']+)\)|https?:\/\/[^\s<>"'`()[\]]+/g;

/** Finds the web addresses in a help text, such as the description of an auth scheme. */
export function linkText(text: string): readonly LinkedPiece[] {
  const pieces: LinkedPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, label, target] = match;
    const address = target ?? whole.replace(/[.,;:!?]+$/, '');
    const url = URL.parse(address);
    if (url === null || url.username !== '' || url.password !== '') continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    // Where it leads is shown, unless somebody gave it a name.
    pieces.push({ text: label ?? `${url.host}${url.pathname.replace(/\/$/, '')}`, url: url.href });
    end = match.index + (target === undefined ? address.length : whole.length);
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

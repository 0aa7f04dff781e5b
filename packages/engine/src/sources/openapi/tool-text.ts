/** Tool and property descriptions are read by models with every call; documents contain pages of prose. */
const maxDescriptionLength = 1000;
const maxNameLength = 120;

const htmlTag =
  /<\/?(?:a|abbr|article|aside|b|blockquote|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|header|hr|i|img|ins|kbd|li|ol|p|pre|s|section|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var)(?:\s[^<>]*)?\/?>/gi;
const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&gt;': '>',
  '&lt;': '<',
  '&nbsp;': ' ',
  '&quot;': '"',
  '&#39;': "'",
  '&apos;': "'",
};

/** Prose without HTML and link targets, cut at a sentence or word near 1000 characters. */
export function plainText(text: string): string {
  let plain = text;
  if (plain.includes('<')) {
    plain = plain
      .replace(/<!--.*?-->/gs, '')
      .replace(/<li(?:\s[^<>]*)?>\s*/gi, '\n- ')
      .replace(/<br\s*\/?>|<\/(?:p|div|li|tr|h[1-6]|table|ul|ol)>/gi, '\n')
      .replace(htmlTag, '');
  }
  if (plain.includes('&')) {
    plain = plain.replace(/&(?:amp|gt|lt|nbsp|quot|apos|#39);/g, (entity) => entities[entity] ?? entity);
  }
  if (plain.includes('](')) {
    plain = plain.replace(/!\[[^\]]*\]\([^()\s]*\)/g, '').replace(/\[([^[\]]+)\]\([^()\s]*(?:\s+"[^"]*")?\)/g, '$1');
  }
  if (plain.includes('#')) plain = plain.replace(/^#{1,6}\s+/gm, '');
  if (plain.includes('**')) plain = plain.replace(/\*\*([^*\n]+)\*\*/g, '$1');
  if (/[\r\n\t]| {2}/.test(plain)) {
    plain = plain
      .replace(/\r\n?/g, '\n')
      .replace(/[ \t]+(?=\n)/g, '')
      .replace(/\n{3,}/g, '\n\n');
  }
  return cutText(plain.trim(), maxDescriptionLength);
}

/** The text, or as many whole sentences of it as fit, or as many words and `…`. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit);
  const sentence = Math.max(head.lastIndexOf('. '), head.lastIndexOf('.\n'), head.lastIndexOf('\n\n'));
  if (sentence > limit * 0.6) return head.slice(0, sentence + 1).trimEnd();
  const word = Math.max(head.lastIndexOf(' ', limit - 2), head.lastIndexOf('\n', limit - 2));
  return `${head.slice(0, word > limit * 0.6 ? word : limit - 1).trimEnd()}…`;
}

/** What an operation says about itself. */
export interface OperationText {
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly operationId: string | undefined;
  readonly method: string;
  readonly path: string;
}

/** A title for people: the summary, or the operation id in words, or method and path. */
export function toolName(text: OperationText): string {
  const summary = plainText(text.summary ?? '')
    .split('\n')[0]
    ?.replace(/\s*\.$/, '');
  if (summary !== undefined && summary !== '') return cutText(summary, maxNameLength);
  const words = (text.operationId ?? '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
  if (words !== '') return cutText(words.charAt(0).toUpperCase() + words.slice(1), maxNameLength);
  return cutText(`${text.method} ${text.path}`, maxNameLength);
}

/** Summary and description as one text, without saying the same twice. Never empty. */
export function toolDescription(text: OperationText): string {
  const summary = plainText(text.summary ?? '');
  const description = plainText(text.description ?? '');
  if (description === '')
    return summary === '' ? cutText(`${text.method} ${text.path}`, maxDescriptionLength) : summary;
  const start = summary.replace(/\.$/, '').toLowerCase();
  if (start === '' || description.toLowerCase().startsWith(start)) return description;
  return cutText(`${summary.replace(/\.$/, '')}. ${description}`, maxDescriptionLength);
}

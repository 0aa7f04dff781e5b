/** Whether `If-None-Match` names an entity tag, by weak comparison (RFC 9110 section 13.1.2). */
export function isUnchanged(headers: Headers, etag: string): boolean {
  const condition = headers.get('if-none-match');
  if (condition === null) return false;
  if (condition.trim() === '*') return true;
  const tags: readonly string[] = condition.match(/"[^"]*"/g) ?? [];
  return tags.includes(etag.replace(/^W\//, ''));
}

const reservedSlugs: ReadonlySet<string> = new Set(['jackfield', 'composio', 'local']);

/** First words of slugs that no toolkit's tools may have: meta tools and custom tools begin so. */
export function isReservedSlug(toolkit: string): boolean {
  return reservedSlugs.has(toolkit);
}

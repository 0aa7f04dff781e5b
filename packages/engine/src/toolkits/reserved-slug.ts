import { JackfieldError } from '@jackfield/contract';

const reservedSlugs: ReadonlySet<string> = new Set(['jackfield', 'composio', 'local']);

/**
 * Refuses slugs that no toolkit may have, because the slugs of meta tools and custom tools begin so.
 * @throws JackfieldError `INVALID_TOOLKIT`
 */
export function checkReservedSlug(toolkit: string): void {
  if (!reservedSlugs.has(toolkit)) return;
  throw new JackfieldError('INVALID_TOOLKIT', {
    message: `A toolkit cannot be named ${toolkit}: that is how meta tools and custom tools begin.`,
    fix: 'Give it another slug.',
  });
}

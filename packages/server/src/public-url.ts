import { JackfieldError } from '@jackfield/contract';

/**
 * A configured public URL without a trailing slash.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` unless it is an http or https URL without query and fragment
 */
export function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (plain && url.username === '' && url.password === '') return url.href.replace(/\/+$/, '');
  throw new JackfieldError('INVALID_CONFIGURATION', {
    message: `The public URL ${JSON.stringify(text)} is not an http or https URL without user, query and fragment.`,
    fix: 'Give the address that browsers use, such as `https://tools.example.com`.',
  });
}

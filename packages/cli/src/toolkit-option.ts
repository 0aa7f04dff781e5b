import { UsageError } from './usage-error.ts';

/** A toolkit named on the command line. */
export interface ToolkitOption {
  readonly slug: string;
  /** Path of a file, or a URL. */
  readonly location: string;
}

/**
 * Reads `petclinic=./petclinic.json` and adds it to those before.
 * @param example of what may follow the option, for whoever got it wrong
 * @throws UsageError for text without a slug or a location, or for a slug that was given before
 */
export function addToolkitOption(
  text: string,
  before: readonly ToolkitOption[] = [],
  example = 'petclinic=./petclinic.json',
): readonly ToolkitOption[] {
  const [, slug = '', location = ''] = /^([a-z][a-z0-9_]*)=(.+)$/s.exec(text) ?? [];
  if (slug === '') {
    throw new UsageError(
      `${JSON.stringify(text)} does not name a toolkit.`,
      `Give a slug of lower-case letters, digits and underscores, an equals sign and a place: ${example}`,
    );
  }
  if (before.some((toolkit) => toolkit.slug === slug)) {
    throw new UsageError(`The toolkit ${slug} is given twice.`, 'Give each toolkit a slug of its own.');
  }
  return [...before, { slug, location }];
}

/** @throws UsageError unless it is an http or https URL */
export function checkToolkitUrl(toolkit: ToolkitOption): ToolkitOption {
  if (/^https?:$/.test(URL.parse(toolkit.location)?.protocol ?? '')) return toolkit;
  throw new UsageError(
    `${JSON.stringify(toolkit.location)} is not an http or https URL.`,
    `For a file, use --toolkit ${toolkit.slug}=${toolkit.location}.`,
  );
}

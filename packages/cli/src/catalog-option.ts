import { type CompiledCatalog, catalog } from '@jackfield/catalog';
import { JackfieldError } from '@jackfield/core';
import type { ToolkitOption } from './toolkit-option.ts';

export interface CatalogOptions {
  /** Slugs, or false for none of them. Absent: all. */
  readonly catalog?: readonly string[] | false;
  /** Where services run that have no address of their own in the catalogue. */
  readonly catalogUrl?: readonly ToolkitOption[];
}

/** What sessions may use of the catalogue, with the number of its toolkits for people to see. */
export interface ChosenCatalog {
  readonly catalog: CompiledCatalog;
  readonly toolkits: number;
}

/** @throws JackfieldError `UNKNOWN_TOOLKIT` for a slug that is not in the catalogue */
export async function chooseCatalog(options: CatalogOptions): Promise<ChosenCatalog | undefined> {
  if (options.catalog === false) return undefined;
  const whole = catalog();
  const baseUrls = Object.fromEntries((options.catalogUrl ?? []).map(({ slug, location }) => [slug, location]));
  for (const slug of Object.keys(baseUrls)) find(slug, whole);
  const wanted = options.catalog && new Set(options.catalog.map((slug) => find(slug, whole).slug));
  const chosen = catalog({ baseUrls, ...(wanted && { include: (slug) => wanted.has(slug) }) });
  return { catalog: chosen, toolkits: (await chosen.list()).length };
}

function find(slug: string, whole: CompiledCatalog): ReturnType<CompiledCatalog['load']> {
  try {
    return whole.load(slug);
  } catch (error) {
    if (!JackfieldError.isInstance(error) || error.code !== 'UNKNOWN_TOOLKIT') throw error;
    throw new JackfieldError('UNKNOWN_TOOLKIT', {
      message: error.message,
      fix: '`jackfield toolkits list` shows the slugs, `jackfield toolkits search` finds tools by what they do.',
      cause: error,
    });
  }
}

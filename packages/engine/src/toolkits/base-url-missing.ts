import { JackfieldError } from '@jackfield/contract';
import type { CatalogToolkit } from './catalog.ts';

/** Of this machine: a service may well run there, and nobody else gets what is sent. */
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The error for a toolkit whose base URL only stands for another: credentials would go to whoever has that name. Undefined
 * where there is nothing to miss.
 */
export function baseUrlMissing(toolkit: CatalogToolkit): JackfieldError | undefined {
  const { slug, name, needsBaseUrl } = toolkit;
  if (!needsBaseUrl || loopback.test(URL.parse(toolkit.toolkit.baseUrl ?? '')?.hostname ?? '')) return undefined;
  return new JackfieldError('INVALID_CONFIGURATION', {
    message: `${name} has an address of its own for every user, and this server has not been told which.`,
    fix: `Say it where the server is started: \`catalog({ baseUrls: { ${slug}: 'https://…' } })\`, on the command line --catalog-url ${slug}=https://…`,
    details: { toolkit: slug },
  });
}

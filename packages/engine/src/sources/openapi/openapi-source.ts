import type { IdentityOperation } from '../../toolkit.ts';
import type { ToolkitSource } from '../toolkit-source.ts';
import { type ConvertOpenApiOptions, convertOpenApi, type OpenApiReport } from './convert-openapi.ts';
import { loadOpenApi, type OpenApiLocation } from './load-openapi.ts';

export interface OpenApiSourceOptions extends ConvertOpenApiOptions {
  /** Tells whom a connected account belongs to. Default: what signing in tells. */
  readonly identity?: IdentityOperation | undefined;
  /** Told what became of the document's operations each time that it is loaded. */
  readonly onReport?: ((report: OpenApiReport) => void) | undefined;
}

/** A toolkit made of an OpenAPI document. Nothing is read before `load`. */
export function openApiSource(location: OpenApiLocation, options: OpenApiSourceOptions): ToolkitSource {
  return {
    load: async (loading) => {
      const { document, documentUrl } = await loadOpenApi(location, loading);
      const { toolkit, report } = convertOpenApi(document, {
        ...options,
        documentUrl: options.documentUrl ?? documentUrl,
      });
      options.onReport?.(report);
      return options.identity === undefined ? toolkit : { ...toolkit, identity: options.identity };
    },
  };
}

/**
 * OpenAPI 3.0 and 3.1 documents as toolkits.
 */
export {
  type ConvertedOpenApi,
  type ConvertOpenApiOptions,
  convertOpenApi,
  type LostOperation,
  type OpenApiOperation,
  type OpenApiReport,
} from './convert-openapi.ts';
export type { OpenApiDocument } from './document.ts';
export { type LoadedOpenApi, loadOpenApi, type OpenApiLocation } from './load-openapi.ts';
export { type OpenApiSourceOptions, openApiSource } from './openapi-source.ts';

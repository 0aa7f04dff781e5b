/**
 * Public APIs as toolkits, compiled from their OpenAPI documents.
 */
export { type CatalogEntry, type CatalogOptions, type CompiledCatalog, catalog } from './catalog.ts';
export type { AuthGuide, KeyField, KeyGuide, OAuthGuide, ToolkitGuide } from './toolkit-guide.ts';

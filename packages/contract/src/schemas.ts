/**
 * The full half of the contract: zod schemas of everything that crosses the wire, in the wire's casing, and the
 * OpenAPI document made from them. Servers need it; clients do not.
 */
export { type DescribeIssuesOptions, describeIssues, nearest } from './schemas/describe-issues.ts';
export { errorResponse } from './schemas/error-response.ts';
export { type OpenApiDocument, type OpenApiOptions, openApiDocument } from './schemas/open-api.ts';
export { commonErrors, type RouteSchema, routeSchemas } from './schemas/route-schemas.ts';

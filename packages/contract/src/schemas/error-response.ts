import { z } from 'zod';
import { serializedError } from './tools.ts';

/**
 * Body of every error response. The message stands twice: at the top for clients that show only that, and inside
 * `error` together with the rest.
 */
export const errorResponse = z.strictObject({ message: z.string(), error: serializedError });

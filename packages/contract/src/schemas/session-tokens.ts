import { z } from 'zod';
import { cursorPage, identifier, pageQuery, slug, timestamp } from './common.ts';

const narrowing = {
  tools: z.array(slug).max(5000).optional(),
  toolkits: z.array(slug).max(5000).optional(),
  read_only: z.boolean().optional(),
};

export const createSessionTokenBody = z.strictObject({
  name: z.string().max(200).optional(),
  ttl: z.int().min(1).max(315_360_000).nullable().optional(),
  ...narrowing,
});

const sessionToken = {
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  ...narrowing,
  created_at: timestamp,
  expires_at: timestamp.nullable(),
  revoked_at: timestamp.nullable(),
};

export const createdSessionToken = z.strictObject({ ...sessionToken, token: z.string() });

export const listSessionTokensQuery = z.strictObject(pageQuery(100));
export const sessionTokenListResponse = cursorPage(z.strictObject(sessionToken));

export const sessionTokenParams = z.strictObject({ session_id: identifier, token_id: identifier });
export const revokeSessionTokenResponse = z.strictObject({ id: z.string(), revoked: z.literal(true) });

import { z } from 'zod';
import { connectionStatuses } from '../auth-schemes.ts';
import { eventTypes } from '../events.ts';
import { queryList, timestamp, userId } from './common.ts';
import { accountIdentity } from './connections.ts';

export const eventType = z.enum(eventTypes);

export const event = z.strictObject({
  id: z.string(),
  type: eventType,
  timestamp,
  data: z.strictObject({
    id: z.string(),
    user_id: z.string(),
    toolkit: z.strictObject({ slug: z.string() }),
    auth_config: z.strictObject({ id: z.string() }),
    alias: z.string().nullable(),
    identity: accountIdentity.nullable(),
    status: z.enum(connectionStatuses),
    status_reason: z.string().nullable(),
  }),
});

export const listEventsQuery = z.strictObject({
  types: queryList.pipe(z.array(eventType)).optional(),
  user_id: userId.optional(),
  after: z.string().min(1).max(64).optional(),
  wait: z.coerce.number().min(0).max(30).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});

export const eventListResponse = z.strictObject({ items: z.array(event), after: z.string() });

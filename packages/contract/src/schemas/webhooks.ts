import { z } from 'zod';
import { cursorPage, httpUrl, identifier, pageQuery, timestamp } from './common.ts';
import { eventType } from './events.ts';

const types = z.array(eventType).min(1).max(50).nullable().optional();
const description = z.string().max(500).optional();

export const createWebhookBody = z.strictObject({ url: httpUrl, types, description });
export const updateWebhookBody = z.strictObject({
  url: httpUrl.optional(),
  types,
  description,
  enabled: z.boolean().optional(),
});

const webhookShape = {
  id: z.string(),
  url: z.string(),
  types: z.array(eventType).nullable(),
  description: z.string(),
  status: z.enum(['ENABLED', 'DISABLED']),
  status_reason: z.string().nullable(),
  last_delivery: z
    .strictObject({
      event_id: z.string(),
      type: eventType,
      status: z.enum(['pending', 'delivered', 'failed']),
      attempts: z.int(),
      response_status: z.int().nullable(),
      reason: z.string().nullable(),
      attempted_at: timestamp.nullable(),
      next_attempt_at: timestamp.nullable(),
    })
    .nullable(),
  created_at: timestamp,
  updated_at: timestamp,
};

export const webhook = z.strictObject(webhookShape);
export const createdWebhook = z.strictObject({ ...webhookShape, secret: z.string() });

export const webhookParams = z.strictObject({ webhook_id: identifier });
export const listWebhooksQuery = z.strictObject(pageQuery(100));
export const webhookListResponse = cursorPage(webhook);
export const deleteWebhookResponse = z.strictObject({ success: z.literal(true) });

export const testWebhookResponse = z.strictObject({
  delivered: z.boolean(),
  response_status: z.int().nullable(),
  reason: z.string().nullable(),
});

import { z } from 'zod';

/** Schemas whose keys stay as they are although they are declared: see `casingOf`. */
export const verbatimSchemas = new WeakSet<z.ZodType>();

/** Marks an object whose declared keys are the same on the wire and in TypeScript. */
export function verbatim<Schema extends z.ZodType>(schema: Schema): Schema {
  verbatimSchemas.add(schema);
  return schema;
}

export const jsonObject = z.record(z.string(), z.unknown());

export const slug = z.string().min(1).max(128);
export const identifier = z.string().min(1).max(128);
/** One line of text that every store keeps as it is. */
const line = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this refuses
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters')
  // Half a surrogate pair has no UTF-8: two users would become one.
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** An opaque name of the end user. */
export const userId = line.min(1).max(255);
export const toolSlug = line.min(1).max(128);

export const timestamp = z.iso.datetime({ offset: true });
export const httpUrl = z.url({ protocol: /^https?$/ }).max(2048);

/** Integers arrive as text in a query string. */
const queryInteger = z.coerce.number().int();
export const queryBoolean = z.enum(['true', 'false']).transform((text) => text === 'true');
/** Arrays arrive as one comma-joined value; those with a comma in an item as JSON. */
export const queryList = z.string().transform((text) => {
  return jsonList(text) ?? text.split(',').filter((item) => item !== '');
});

function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    return z.array(z.string()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function pageQuery(maximum: number) {
  return { cursor: z.string().min(1).max(512).optional(), limit: queryInteger.min(1).max(maximum).optional() };
}

export function cursorPage<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });
}

export function countedPage<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next_cursor: z.string().nullable(),
    total_items: z.int().min(0),
    total_pages: z.int().min(0),
    current_page: z.int().min(1),
  });
}

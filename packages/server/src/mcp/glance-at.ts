import { PROTOCOL_VERSION_META_KEY } from '@modelcontextprotocol/server';

/** What a body says, as far as it must be known before the SDK reads it, which checks it. */
export interface MessageGlance {
  readonly method: string | undefined;
  /** What stands in `params.name`: the tool that a call is of. */
  readonly name: string | undefined;
  /** It names its revision itself, as messages of the stateless era do. */
  readonly namesRevision: boolean;
  readonly wantsProgress: boolean;
}

/** One for each message of a body: of a batch several. */
export function glanceAt(body: unknown): readonly MessageGlance[] {
  return Array.isArray(body) ? body.map(glance) : [glance(body)];
}

function glance(message: unknown): MessageGlance {
  const { method, params } = fieldsOf(message);
  const { name, _meta } = fieldsOf(params);
  const meta = fieldsOf(_meta);
  return {
    method: typeof method === 'string' ? method : undefined,
    name: typeof name === 'string' ? name : undefined,
    namesRevision: meta[PROTOCOL_VERSION_META_KEY] !== undefined,
    wantsProgress: meta.progressToken !== undefined,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

import { JackfieldError } from '@jackfield/contract';

/** A JSON object in the names of the wire. */
export type WireObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws JackfieldError `INVALID_REQUEST` */
export function wireObject(value: unknown): WireObject {
  if (isJsonObject(value)) return value;
  throw new JackfieldError('INVALID_REQUEST', {
    message: 'The request body is not a JSON object.',
    fix: 'Send an object.',
  });
}

/** The member of that name if it is an object; `{}` otherwise. */
export function objectIn(value: unknown, name: string): WireObject {
  const member = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(member) ? member : {};
}

/** The members of those names that are there. Clients send more than is read, and more with each version. */
export function pick(value: unknown, names: readonly string[]): WireObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));
}

/** The same with another name for some members. */
export function renamed(value: unknown, names: Readonly<Record<string, string>>): WireObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [names[name] ?? name, member]));
}

/** Items of a list that are objects. */
export function objectsIn(value: unknown, name: string): readonly WireObject[] {
  const list = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

export function textIn(value: WireObject, name: string): string | undefined {
  const member = value[name];
  return typeof member === 'string' ? member : undefined;
}

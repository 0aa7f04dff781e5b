import type { JsonObject } from './store.ts';

/** See `Timestamp` in `tables.ts`. */
export function toDate(value: Date | number): Date {
  return value instanceof Date ? value : new Date(value);
}

export function toDateOrNull(value: Date | number | null): Date | null {
  return value === null ? null : toDate(value);
}

/** A plain `Uint8Array` where `pg` gives a `Buffer`. */
export function toBytes(value: Uint8Array | null): Uint8Array | null {
  return value === null ? null : new Uint8Array(value);
}

export function fromJson(text: string): JsonObject {
  return JSON.parse(text);
}

export function fromJsonOrNull(text: string | null): JsonObject | null {
  return text === null ? null : fromJson(text);
}

export function toJsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

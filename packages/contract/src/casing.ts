/**
 * Where the keys of a message belong to the user and are not renamed, as dotted snake_case paths in which `*` stands
 * for every item of an array and every value of a record. `path` leaves the value as it is; `path{}` leaves the keys
 * of that object and goes on with its values.
 */
export type Casing = readonly string[];

/** A casing, ready to be applied: children by key, `*` for any. */
interface CasingNode {
  verbatim?: true;
  record?: true;
  readonly children: Map<string, CasingNode>;
}

export type CasingDirection = 'camel' | 'snake';

/** Renames the keys of a message. */
export type Recase = (value: unknown) => unknown;

const camelNames = new Map<string, string>();
const snakeNames = new Map<string, string>();

/** `session_id` to `sessionId`. */
export function toCamelCase(name: string): string {
  let camel = camelNames.get(name);
  if (camel === undefined) {
    camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    remember(camelNames, name, camel);
  }
  return camel;
}

/** `sessionId` to `session_id`. */
export function toSnakeCase(name: string): string {
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    remember(snakeNames, name, snake);
  }
  return snake;
}

// Keys come from requests, too: the memory of names must not grow with what strangers send.
function remember(names: Map<string, string>, name: string, renamed: string): void {
  if (names.size < 1000 && name.length < 64) names.set(name, renamed);
}

/** Compiles a casing once per route and direction. */
export function compileCasing(casing: Casing, direction: CasingDirection): Recase {
  const root: CasingNode = { children: new Map() };
  for (const path of casing) {
    const record = path.endsWith('{}');
    let node = root;
    for (const key of (record ? path.slice(0, -2) : path).split('.')) {
      let child = node.children.get(key);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(key, child);
      }
      node = child;
    }
    if (record) node.record = true;
    else node.verbatim = true;
  }
  const rename = direction === 'camel' ? toCamelCase : toSnakeCase;
  return (value) => recase(value, root, direction, rename);
}

function recase(
  value: unknown,
  node: CasingNode | undefined,
  direction: CasingDirection,
  rename: (name: string) => string,
): unknown {
  if (typeof value !== 'object' || value === null || node?.verbatim === true) return value;
  if (Array.isArray(value)) {
    const items = node?.children.get('*');
    return value.map((item) => recase(item, items, direction, rename));
  }
  const renamed: Record<string, unknown> = {};
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (node?.record === true) {
      set(renamed, key, recase(child, node.children.get('*'), direction, rename));
    } else {
      const name = rename(key);
      const next = node?.children.get(direction === 'camel' ? key : name);
      set(renamed, name, recase(child, next, direction, rename));
    }
  }
  return renamed;
}

// `__proto__` as a key of a record is data like any other.
function set(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Remembers the values used last, at most a fixed number of them. */
export class BoundedCache<Key, Value> {
  readonly #capacity: number;
  readonly #forgotten: ((value: Value) => void) | undefined;
  readonly #values = new Map<Key, Value>();

  constructor(capacity: number, forgotten?: (value: Value) => void) {
    this.#capacity = capacity;
    this.#forgotten = forgotten;
  }

  get(key: Key): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  set(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const [oldest, dropped] of this.#values) {
      if (this.#values.size <= this.#capacity) return;
      this.#values.delete(oldest);
      this.#forgotten?.(dropped);
    }
  }
}

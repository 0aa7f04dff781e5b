import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What an authorization server of one test remembers. */
export class MemoryAdapter {
  readonly #rows = new Map<string, { readonly payload: AdapterPayload; readonly expiresAt: number }>();

  /** The adapter of one kind of thing, as oidc-provider asks for it. */
  of(kind: string): Adapter {
    const key = (id: string) => `${kind}:${id}`;
    return {
      upsert: async (id, payload, expiresIn) => {
        const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
        this.#rows.set(key(id), { payload, expiresAt });
      },
      find: async (id) => this.#find(key(id)),
      findByUid: async (uid) => this.#search(kind, (payload) => payload.uid === uid),
      findByUserCode: async (userCode) => this.#search(kind, (payload) => payload.userCode === userCode),
      consume: async (id) => {
        const row = this.#rows.get(key(id));
        if (row !== undefined) row.payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => {
        this.#rows.delete(key(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [each, { payload }] of this.#rows) if (payload.grantId === grantId) this.#rows.delete(each);
      },
    };
  }

  /** Everything of a kind. */
  all(kind: string): readonly AdapterPayload[] {
    return [...this.#rows].flatMap(([key, { payload }]) => (key.startsWith(`${kind}:`) ? [payload] : []));
  }

  /** Forgets everything of a kind. */
  forget(kind: string): void {
    for (const key of this.#rows.keys()) if (key.startsWith(`${kind}:`)) this.#rows.delete(key);
  }

  #find(key: string): AdapterPayload | undefined {
    const row = this.#rows.get(key);
    return row !== undefined && row.expiresAt > Date.now() ? row.payload : undefined;
  }

  #search(kind: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    return this.all(kind).find(matches);
  }
}

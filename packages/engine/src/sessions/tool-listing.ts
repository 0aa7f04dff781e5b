import type { ToolItem } from '@jackfield/contract';
import type { MetaTools } from '../execution/meta-tools/meta-tools.ts';
import { contentHash } from '../toolkits/content-hash.ts';
import { listedCustomTools } from './served-custom-tools.ts';
import type { OpenSession } from './session-access.ts';
import type { SessionScope } from './session-scope.ts';

/** What `session.tools()` lists: meta tools first, then preloaded tools, then custom tools that are served. */
export interface ToolListing {
  readonly items: readonly ToolItem[];
  readonly slugs: readonly string[];
  /** Of the content of every item: the same in every process. */
  readonly hash: () => string;
}

/** Listings by what they are made from; sessions with equal configs share them. */
export class ToolListings {
  readonly #metaTools: MetaTools;
  readonly #listings = new WeakMap<SessionScope, Map<string, ToolListing>>();

  constructor(metaTools: MetaTools) {
    this.#metaTools = metaTools;
  }

  of(session: OpenSession, metaToolPrefix: string): ToolListing {
    const { scope, switches } = session;
    let ofScope = this.#listings.get(scope);
    if (ofScope === undefined) {
      ofScope = new Map();
      this.#listings.set(scope, ofScope);
    }
    const { customTools } = session.stored;
    const key = JSON.stringify([metaToolPrefix, switches, customTools && contentHash(customTools)]);
    let listing = ofScope.get(key);
    if (listing === undefined) {
      listing = this.#make(session, metaToolPrefix);
      ofScope.set(key, listing);
    }
    return listing;
  }

  #make(session: OpenSession, metaToolPrefix: string): ToolListing {
    const metaItems = this.#metaTools.items(session, metaToolPrefix);
    const { preloaded } = session.scope;
    const customItems = listedCustomTools(session, metaToolPrefix);
    const items = [...metaItems, ...preloaded.map(({ item }) => item), ...customItems];
    let hash: string | undefined;
    return {
      items,
      slugs: items.map(({ slug }) => slug),
      hash: () => {
        hash ??= contentHash([
          metaItems.map(contentHash),
          preloaded.map((tool) => tool.hash),
          ...(customItems.length === 0 ? [] : [customItems.map(contentHash)]),
        ]);
        return hash;
      },
    };
  }
}

import { isStopWord, plainWordsOf, stemOf } from './words.ts';

/** What a verb does to a thing, roughly: what HTTP methods tell apart, too. */
export type VerbClass = 'create' | 'read' | 'update' | 'delete';

export const verbClasses: readonly VerbClass[] = ['create', 'read', 'update', 'delete'];

const verbs: Readonly<Record<VerbClass, string>> = {
  create:
    'create add insert new make post open register start begin compose write draft file log schedule book invite upload publish set up launch issue raise send submit append copy duplicate clone fork import share assign attach',
  read: 'get list fetch read retrieve show view find search query look check see describe lookup download export count browse display tell who what which how where watch compare',
  update:
    'update edit change modify patch rename move replace adjust reschedule mark put reset merge close reopen resolve approve archive restore pause resume enable disable lock unlock',
  delete:
    'delete remove destroy erase cancel revoke unsubscribe clear drop kill trash discard void detach unassign leave',
};

const classByStem: ReadonlyMap<string, VerbClass> = new Map(
  verbClasses
    .toReversed()
    .flatMap((verbClass) => verbs[verbClass].split(' ').map((verb) => [stemOf(verb), verbClass] as const)),
);

const classByMethod: Readonly<Record<string, VerbClass>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
};

export function verbClassOf(stem: string): VerbClass | undefined {
  return classByStem.get(stem);
}

export function verbClassOfMethod(method: string | undefined): VerbClass | undefined {
  return method === undefined ? undefined : classByMethod[method];
}

const boundaries = new Set(
  'in on of to for from with about by at named called that saying as into onto using via against within whose where which and then so because if when while after before until per titled'.split(
    ' ',
  ),
);

/** What a phrase asks for: `open a bug report about the login page` is to `create` a `bug`, `report`. */
export interface Intent {
  readonly verb: VerbClass | undefined;
  /** Stems of what stands between the verb and the first preposition. */
  readonly object: readonly string[];
}

export function intentOf(text: string): Intent {
  let verb: VerbClass | undefined;
  const object: string[] = [];
  for (const word of plainWordsOf(text)) {
    const stem = stemOf(word);
    if (verb === undefined) {
      verb = verbClassOf(stem);
      if (verb !== undefined) continue;
    }
    if (boundaries.has(word)) {
      if (object.length > 0) break;
    } else if (!isStopWord(word)) object.push(stem);
  }
  return { verb, object };
}

import { shortHash } from '@jackfield/json-schema';

const maxSlugLength = 64;

/** What a slug is derived from. */
export interface SlugSource {
  readonly operationId: string | undefined;
  /** Upper case. */
  readonly method: string;
  readonly path: string;
}

/**
 * One slug per operation, in the same order: `TOOLKIT_ACTION`, upper snake case, at most 64 characters, all different.
 *
 * The action is the operation id in words (`repos/list-for-org` is `REPOS_LIST_FOR_ORG`), without the toolkit's own name
 * in front, or method and path when there is no id. What does not fit loses words in the middle and gets a hash of the
 * whole action. Operations that come out alike all get a hash of their method and path, so that a slug never silently
 * goes over to another operation; apart from that a slug depends on nothing but its own operation.
 */
export function toolSlugs(toolkitSlug: string, operations: readonly SlugSource[]): readonly string[] {
  const prefix = toolkitSlug.toUpperCase();
  const room = maxSlugLength - prefix.length - 1;
  const actions = operations.map((operation) => actionWords(operation, prefix));
  const slugs = actions.map((words) => fit(words, room));
  const counts = new Map<string, number>();
  for (const slug of slugs) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  const taken = new Set<string>();
  return operations.map((operation, index) => {
    const action = slugs[index] ?? '';
    let unique = action;
    if ((counts.get(action) ?? 0) > 1) {
      const key = `${operation.method} ${operation.path}`;
      unique = fit(actions[index] ?? [], room, shortHash(key));
      for (let round = 2; taken.has(unique); round += 1) {
        unique = fit(actions[index] ?? [], room, shortHash(`${key} ${round}`));
      }
    }
    taken.add(unique);
    return `${prefix}_${unique}`;
  });
}

/** Words, upper case, joined by `_` within `room` characters; cut in the middle, with a hash, when they are longer. */
function fit(words: readonly string[], room: number, hash?: string): string {
  const whole = words.join('_');
  const suffix = hash ?? (whole.length > room ? shortHash(whole) : undefined);
  if (suffix === undefined) return whole;
  const kept = cutMiddle(words, room - suffix.length - 1);
  return (kept === '' ? suffix : `${kept}_${suffix}`).toUpperCase();
}

/**
 * Ids put the verb first (`listUserRepos`) or last (`users.repos.List`): both ends matter more than the middle, the first
 * words a little more than the last.
 */
function cutMiddle(words: readonly string[], room: number): string {
  const whole = words.join('_');
  if (whole.length <= room) return whole;
  const head: string[] = [];
  const tail: string[] = [];
  let length = -1;
  let first = 0;
  let last = words.length - 1;
  for (let turn = 0; first <= last; turn += 1) {
    const fromTail = turn % 3 === 1;
    const word = words[fromTail ? last : first] ?? '';
    if (length + 1 + word.length > room) break;
    length += 1 + word.length;
    if (fromTail) {
      tail.unshift(word);
      last -= 1;
    } else {
      head.push(word);
      first += 1;
    }
  }
  const kept = [...head, ...tail].join('_');
  return kept === '' ? whole.slice(0, Math.max(0, room)).replace(/_+$/, '') : kept;
}

function actionWords(operation: SlugSource, prefix: string): readonly string[] {
  const fromId = operation.operationId === undefined ? [] : splitWords(operation.operationId);
  const words = fromId.length > 0 ? fromId : pathWords(operation.method, operation.path);
  return withoutPrefix(words, prefix);
}

function pathWords(method: string, path: string): string[] {
  const words = [method];
  for (const segment of path.split('/')) {
    const parameter = /^\{(.+)\}$/.exec(segment)?.[1];
    words.push(...(parameter === undefined ? splitWords(segment) : ['BY', ...splitWords(parameter)]));
  }
  return words;
}

/** `GITHUB_REPOS_GET` is not to become `GITHUB_GITHUB_REPOS_GET`. */
function withoutPrefix(words: readonly string[], prefix: string): readonly string[] {
  const prefixWords = prefix.split('_');
  const hasPrefix = words.length > prefixWords.length && prefixWords.every((word, index) => words[index] === word);
  return hasPrefix ? words.slice(prefixWords.length) : words;
}

/** Words written in mixed case that are one word all the same. */
const mixedCaseWords: readonly (readonly [RegExp, string])[] = [
  [/OAuth(?=[A-Z0-9\W_]|$)/g, 'Oauth'],
  [/OpenID/g, 'Openid'],
  [/GitHub/g, 'Github'],
  [/GitLab/g, 'Gitlab'],
  [/GraphQL/g, 'Graphql'],
  [/YouTube/g, 'Youtube'],
  [/LinkedIn/g, 'Linkedin'],
  [/PayPal/g, 'Paypal'],
  [/IPv([46])/g, 'Ipv$1'],
  // Plural acronyms: listURLs, getIDs.
  [/([A-Z]{2,})s(?=[A-Z\W_]|$)/g, '$1S'],
];

/** Finds out quickly that there is none. */
const mixedCase = /OAuth|OpenID|GitHub|GitLab|GraphQL|YouTube|LinkedIn|PayPal|IPv|[A-Z]{2}s/;

function splitWords(text: string): string[] {
  let plain = text;
  if (/[^ -~]/.test(plain)) plain = plain.normalize('NFKD').replace(/\p{M}/gu, '');
  if (/[A-Z]/.test(plain)) {
    if (mixedCase.test(plain)) for (const [mixed, single] of mixedCaseWords) plain = plain.replace(mixed, single);
    plain = plain.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  }
  return plain
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
}

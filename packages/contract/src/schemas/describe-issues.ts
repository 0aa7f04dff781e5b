import type { z } from 'zod';
import { toCamelCase } from '../casing.ts';
import { type ErrorCode, JackfieldError } from '../errors.ts';

export interface DescribeIssuesOptions {
  /** Which code the error has. */
  readonly code: ErrorCode;
  /** What was checked, for people: `session config`, `query`. */
  readonly subject: string;
  /** How the caller spells field names. */
  readonly names: 'camelCase' | 'snake_case';
  /** The schema, to name the keys that would have been accepted. */
  readonly schema: z.ZodType;
}

interface Finding {
  /** `tools.github.tags` */
  readonly path: string;
  readonly message: string;
}

/** Makes an error of what a schema refused: names each key, what it was and what it may be. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], options: DescribeIssuesOptions): JackfieldError {
  const findings = issues.flatMap((issue) => describe(issue, [], options)).slice(0, 20);
  return new JackfieldError(options.code, {
    message: `Invalid ${options.subject}: ${findings.map(toSentence).join('; ')}.`,
    fix: 'Correct the named fields and send the request again.',
    details: { issues: findings },
  });
}

function toSentence({ path, message }: Finding): string {
  return path === '' ? message : `\`${path}\` ${message}`;
}

function describe(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[], options: DescribeIssuesOptions): Finding[] {
  const path = [...prefix, ...issue.path];
  const at = (message: string): Finding[] => [{ path: spell(path, options), message }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const accepted = acceptedKeys(options.schema, path).map((key) => spellKey(key, options));
      return issue.keys.map((key) => {
        const spelt = spellKey(key, options);
        const near = nearest(spelt, accepted);
        const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
        return {
          path: spell([...path, key], options),
          message: `is not a known key.${hint}${accepted.length === 0 ? '' : ` Accepted: ${accepted.join(', ')}`}`,
        };
      });
    }
    case 'invalid_union': {
      const branches = issue.errors.filter((errors) => errors.length > 0);
      // The branch that got furthest says what was meant: `{ enable: 'x' }` is about `enable`, not about `disable`.
      const best = branches.toSorted((a, b) => depth(b) - depth(a) || unknownKeys(a) - unknownKeys(b))[0];
      if (best === undefined) return at(issue.message.toLowerCase());
      if (
        branches.every((errors) => errors.every((error) => error.path.length === 0 && error.code === 'invalid_type'))
      ) {
        const expected = branches.flat().map((error) => (error.code === 'invalid_type' ? error.expected : ''));
        return at(`must be ${[...new Set(expected)].join(' or ')}`);
      }
      return best.flatMap((error) => describe(error, path, options));
    }
    case 'invalid_type':
      return at(
        issue.input === undefined && issue.message.includes('undefined')
          ? `is required (${typeNames[issue.expected] ?? issue.expected})`
          : `must be ${article(issue.expected)}`,
      );
    case 'invalid_value':
      return at(`must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`);
    case 'too_small':
      return at(
        issue.origin === 'string' && issue.minimum === 1
          ? 'must not be empty'
          : bounded('at least', issue.origin, issue.minimum),
      );
    case 'too_big':
      return at(bounded('at most', issue.origin, issue.maximum));
    case 'invalid_format':
      return at(
        issue.format === 'regex' ? issue.message : `must be a valid ${formatNames[issue.format] ?? issue.format}`,
      );
    default:
      return at(issue.message.charAt(0).toLowerCase() + issue.message.slice(1));
  }
}

const formatNames: Readonly<Record<string, string>> = {
  datetime: 'ISO 8601 instant such as 2030-01-31T12:00:00Z',
  url: 'http or https URL',
};

const typeNames: Readonly<Record<string, string>> = { int: 'whole number', record: 'object' };

function article(type: string): string {
  const name = typeNames[type] ?? type;
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

function bounded(how: 'at least' | 'at most', origin: string, bound: number | bigint): string {
  const plural = Number(bound) === 1 ? '' : 's';
  if (origin === 'string') return `must have ${how} ${bound} character${plural}`;
  return origin === 'array' ? `must have ${how} ${bound} item${plural}` : `must be ${how} ${bound}`;
}

function depth(errors: readonly z.core.$ZodIssue[]): number {
  return Math.max(...errors.map((error) => error.path.length));
}

function unknownKeys(errors: readonly z.core.$ZodIssue[]): number {
  return errors.filter((error) => error.code === 'unrecognized_keys').length;
}

function spell(path: readonly PropertyKey[], options: DescribeIssuesOptions): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${spellKey(String(key), options)}`))
    .join('')
    .replace(/^\./, '');
}

/** Keys that the TypeScript client names otherwise than by casing. */
const clientNames: Readonly<Record<string, string>> = {
  workbench: 'sandbox',
  assistive_prompt_config: 'assistivePrompt',
};

function spellKey(key: string, options: DescribeIssuesOptions): string {
  return options.names === 'camelCase' ? (clientNames[key] ?? toCamelCase(key)) : key;
}

/** Keys that the object at a path may have. */
function acceptedKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let candidates: SchemaDefinition[] = unwrap(schema as unknown as SchemaNode);
  for (const key of path) {
    candidates = candidates.flatMap((definition) => {
      if (definition.type === 'array' && definition.element) return unwrap(definition.element);
      if (definition.type === 'record' && definition.valueType) return unwrap(definition.valueType);
      const child = definition.shape?.[String(key)];
      return child === undefined ? [] : unwrap(child);
    });
  }
  return [...new Set(candidates.flatMap((definition) => Object.keys(definition.shape ?? {})))];
}

/** The part of a zod definition that is walked; zod documents `_zod.def` for tools like this one. */
interface SchemaDefinition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, SchemaNode>>;
  readonly innerType?: SchemaNode;
  readonly options?: readonly SchemaNode[];
  readonly element?: SchemaNode;
  readonly valueType?: SchemaNode;
}

interface SchemaNode {
  readonly _zod: { readonly def: SchemaDefinition };
}

function unwrap(node: SchemaNode): SchemaDefinition[] {
  const definition = node._zod.def;
  if (definition.innerType) return unwrap(definition.innerType);
  if (definition.options) return definition.options.flatMap(unwrap);
  return [definition];
}

/** The candidate that is a slip of the finger away, if there is one. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, or `limit` when it is not below that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    if (Math.min(...current) >= limit) return limit;
    previous = current;
  }
  return previous[b.length] ?? limit;
}

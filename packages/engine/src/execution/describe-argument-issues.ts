import { nearest } from '@jackfield/contract/schemas';
import { isJsonObject, resolvePointer } from '@jackfield/json-schema';
import type { ErrorObject } from 'ajv';
import type { JsonSchema } from '../toolkit.ts';

export interface ArgumentIssue {
  /** `assignees[0].login`; empty for the arguments as a whole. */
  readonly path: string;
  readonly message: string;
}

/** More would not help a model to mend its call. */
const issuesAtMost = 10;

/**
 * What a validator (of `allErrors` and `verbose`) found, for a model: what is missing, what was given, what is accepted.
 *
 * @param root the schema that references are looked up in
 */
export function describeArgumentIssues(errors: readonly ErrorObject[], root: JsonSchema): ArgumentIssue[] {
  const issues = new Map<string, ArgumentIssue>();
  for (const error of withoutLostBranches(errors)) {
    const issue = describe(error, root);
    if (issue !== undefined) issues.set(`${issue.path}: ${issue.message}`, issue);
    if (issues.size === issuesAtMost) break;
  }
  return [...issues.values()];
}

/**
 * A value that fits none of several branches is reported once for each fault of each branch and once more for the choice
 * itself. What remains: the faults within the branches that were of the right type, or else the choice.
 */
function withoutLostBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept: ErrorObject[] = [];
  for (const error of errors) {
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      const parent = error.schemaPath.slice(0, error.schemaPath.lastIndexOf('/'));
      const inBranch = (other: ErrorObject) =>
        isWithin(other.instancePath, error.instancePath) &&
        other.schemaPath.slice(0, other.schemaPath.lastIndexOf('/')) !== parent;
      const branches = kept.filter(inBranch);
      kept = kept.filter((other) => !inBranch(other));
      const close = branches.filter(
        (other) =>
          other.instancePath !== error.instancePath ||
          !['type', 'const', 'enum', 'not', 'false schema'].includes(other.keyword),
      );
      if (close.length > 0) kept.push(...close);
      else kept.push(error);
    } else if (error.keyword !== 'if') {
      kept.push(error);
    }
  }
  return kept;
}

function isWithin(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}/`);
}

function describe(error: ErrorObject, root: JsonSchema): ArgumentIssue | undefined {
  const at = (message: string, ...steps: string[]): ArgumentIssue => ({
    path: toPath(error.instancePath, steps),
    message,
  });
  const { params, data } = error;
  switch (error.keyword) {
    case 'required': {
      const name = String(params.missingProperty);
      const accepted = describeSchema(propertySchema(error, name), root);
      const slip = isJsonObject(data) ? nearest(name, unknownKeys(error, data)) : undefined;
      return at(
        `is required${accepted === '' ? '' : ` (${accepted})`}${slip === undefined ? '' : `; you gave \`${slip}\``}`,
        name,
      );
    }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty);
      const known = Object.keys(properties(error));
      const near = nearest(name, known);
      const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
      return at(
        `is not accepted${hint}${known.length === 0 ? '; there are no arguments here' : `${hint === '' ? ';' : ''} accepted: ${list(known)}`}`,
        name,
      );
    }
    case 'type':
      return at(`must be ${[params.type].flat().join(' or ')}, not ${show(data)}`);
    case 'enum': {
      const values: readonly unknown[] = Array.isArray(params.allowedValues) ? params.allowedValues : [];
      const near =
        typeof data === 'string'
          ? nearest(
              data,
              values.filter((value) => typeof value === 'string'),
            )
          : undefined;
      return at(
        `must be one of ${list(values.map((value) => JSON.stringify(value)))}, not ${show(data)}${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`,
      );
    }
    case 'const':
      return at(`must be ${JSON.stringify(params.allowedValue)}, not ${show(data)}`);
    case 'format':
      return at(`must be a valid ${formatName(String(params.format))}, not ${show(data)}`);
    case 'anyOf':
    case 'oneOf': {
      if (params.passingSchemas)
        return at(`fits several of the accepted forms; give what fits exactly one: ${show(data)}`);
      const branches: readonly unknown[] = Array.isArray(error.schema) ? error.schema : [];
      const forms = [...new Set(branches.map((branch) => describeSchema(branch, root)).filter((form) => form !== ''))];
      return at(
        `${forms.length === 0 ? 'fits none of the accepted forms' : `must be ${list(forms, ' or ')}`}, not ${show(data)}`,
      );
    }
    case 'uniqueItems':
      return at(`must not contain the same item twice (items ${params.j} and ${params.i})`);
    default:
      // "must be >= 1", "must NOT have more than 100 items", "must match pattern …": ajv's words are plain.
      return at(
        `${error.message ?? 'is not accepted'}${data === null || typeof data !== 'object' ? `, not ${show(data)}` : ''}`,
      );
  }
}

/** The schema's properties, where an error stands at an object. */
function properties(error: ErrorObject): { readonly [name: string]: unknown } {
  const own = error.parentSchema?.properties;
  return isJsonObject(own) ? own : {};
}

function propertySchema(error: ErrorObject, name: string): unknown {
  const own = properties(error);
  return Object.hasOwn(own, name) ? own[name] : undefined;
}

function unknownKeys(error: ErrorObject, data: object): string[] {
  const known = properties(error);
  return Object.keys(data).filter((key) => !Object.hasOwn(known, key));
}

/** `string: Name of the owner`; empty when the schema says nothing. */
function describeSchema(given: unknown, root: JsonSchema): string {
  if (!isJsonObject(given)) return '';
  const target = typeof given.$ref === 'string' ? resolvePointer(root, given.$ref) : undefined;
  const schema = isJsonObject(target) ? { ...target, ...given } : given;
  const type = [schema.type]
    .flat()
    .filter((name) => typeof name === 'string')
    .join(' or ');
  const values = Array.isArray(schema.enum)
    ? `one of ${list(schema.enum.map((value) => JSON.stringify(value)))}`
    : schema.const === undefined
      ? ''
      : JSON.stringify(schema.const);
  const required =
    Array.isArray(schema.required) && schema.required.length > 0 ? ` with ${list(schema.required.map(String))}` : '';
  const kind = values === '' ? `${type}${required}` : values;
  const text = typeof schema.description === 'string' ? cut(schema.description.replace(/\s+/g, ' ').trim(), 80) : '';
  return kind === '' || text === '' ? kind || text : `${kind}: ${text}`;
}

const formatNames: Readonly<Record<string, string>> = {
  'date-time': 'date and time with a zone such as 2030-01-31T12:00:00Z',
  date: 'date such as 2030-01-31',
  time: 'time such as 12:00:00Z',
  email: 'email address',
  uri: 'absolute URL such as https://example.com/path',
  uuid: 'UUID',
  byte: 'base64 text',
  int32: 'integer of 32 bits',
  int64: 'integer of 64 bits',
};

function formatName(format: string): string {
  return formatNames[format] ?? format;
}

/** `["a", {…}]`, short. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const kind =
    value === null
      ? ''
      : Array.isArray(value)
        ? 'the array '
        : typeof value === 'object'
          ? 'the object '
          : `the ${typeof value} `;
  return `${kind}${cut(JSON.stringify(value), 80)}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function list(items: readonly string[], separator = ', '): string {
  const shown = items.slice(0, 20);
  return `${shown.join(separator)}${items.length > shown.length ? ` and ${items.length - shown.length} more` : ''}`;
}

/** `/items/0/a~1b` and `['c']` to `items[0].a/b.c`. */
function toPath(pointer: string, steps: readonly string[]): string {
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...tokens, ...steps]
    .map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`))
    .join('')
    .replace(/^\./, '');
}

import type { ErrorObject } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { HonoRequest } from 'hono';
import { type Operation, petclinicDocument, readOperations } from './petclinic-document.ts';
import { type FieldError, RequestError } from './request-error.ts';

/** Reads what an operation takes, checked against the schemas of the document. */
export class RequestReader {
  readonly #ajv: Ajv2020;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, useDefaults: true, coerceTypes: false });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(petclinicDocument, 'petclinic');
    this.#operations = readOperations();
  }

  /** @throws RequestError 422 that names each parameter at fault. */
  parameters<T>(operationId: string, request: HonoRequest): T {
    const values: Record<string, unknown> = {};
    const fields: FieldError[] = [];
    const search = new URL(request.url).searchParams;
    for (const { parameter, pointer } of this.#operation(operationId).parameters) {
      const raw =
        parameter.in === 'path'
          ? request.param(parameter.name)
          : parameter.in === 'header'
            ? request.header(parameter.name)
            : readQuery(search, parameter);
      if (raw === undefined) {
        if (parameter.required === true) fields.push({ path: parameter.name, message: 'is required' });
        else if (parameter.schema.default !== undefined) values[parameter.name] = parameter.schema.default;
        continue;
      }
      const value = parameter.schema.type === 'integer' ? toNumber(raw) : raw;
      const validate = this.#validator(pointer);
      if (validate(value)) values[parameter.name] = value;
      else fields.push(...describe(validate.errors, parameter.name));
    }
    if (fields.length > 0) throw new RequestError(422, 'validation_failed', 'A parameter breaks a rule.', { fields });
    return values as T;
  }

  /** A JSON or form body. @throws RequestError 415, or 422 that names each field at fault. */
  async body<T>(operationId: string, request: HonoRequest): Promise<T> {
    const bodies = this.#operation(operationId).bodies;
    const mediaType = (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const pointer = bodies[mediaType];
    if (pointer === undefined) {
      const expected = Object.keys(bodies).join(' or ');
      throw new RequestError(
        415,
        'unsupported_media_type',
        `The body must be ${expected}, not ${mediaType || 'empty'}.`,
      );
    }
    let value: unknown;
    if (mediaType === 'application/json') {
      value = await request.json().catch(() => {
        throw new RequestError(422, 'validation_failed', 'The body is not JSON.', {
          fields: [{ path: '', message: 'must be JSON' }],
        });
      });
    } else {
      value = Object.fromEntries(
        Object.entries(await request.parseBody()).map(([key, field]) => [
          key,
          key.endsWith('Cents') ? toNumber(field) : field,
        ]),
      );
    }
    const validate = this.#validator(pointer, mediaType === 'multipart/form-data');
    if (validate(value)) return value as T;
    throw new RequestError(422, 'validation_failed', 'The body breaks a rule.', { fields: describe(validate.errors) });
  }

  #operation(operationId: string): Operation {
    const operation = this.#operations.get(operationId);
    if (operation === undefined) throw new Error(`petclinic.json has no operation ${operationId}`);
    return operation;
  }

  /** `files`: binary fields are files here and strings in the document. */
  #validator(pointer: string, files = false): ValidateFunction {
    const known = this.#validators.get(pointer);
    if (known !== undefined) return known;
    const reference = { $ref: `petclinic#${pointer}` };
    const validate = files ? this.#fileValidator(pointer) : this.#ajv.compile(reference);
    this.#validators.set(pointer, validate);
    return validate;
  }

  #fileValidator(pointer: string): ValidateFunction {
    const schema = pointer
      .slice(1)
      .split('/')
      .map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((node, token) => (node as Record<string, unknown>)[token], petclinicDocument);
    const { properties, ...rest } = schema as { properties: Record<string, { format?: string }> };
    return this.#ajv.compile({
      ...rest,
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, property.format === 'binary' ? {} : property]),
      ),
    });
  }
}

/** Text that is not a number stays what it is, for validation to refuse. */
function toNumber(text: unknown): unknown {
  return typeof text === 'string' && text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function readQuery(search: URLSearchParams, parameter: Operation['parameters'][number]['parameter']): unknown {
  if (parameter.style === 'deepObject') {
    const prefix = `${parameter.name}[`;
    const entries = [...search].filter(([key]) => key.startsWith(prefix) && key.endsWith(']'));
    if (entries.length === 0) return undefined;
    return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length, -1), value]));
  }
  const all = search.getAll(parameter.name);
  if (parameter.schema.type !== 'array') return all[0];
  if (all.length === 0) return undefined;
  if (parameter.explode !== false) return all;
  return (all[0] ?? '').split(parameter.style === 'pipeDelimited' ? '|' : ',');
}

function describe(errors: ErrorObject[] | null | undefined, parameter?: string): FieldError[] {
  return (errors ?? []).map((error) => {
    const missing = error.keyword === 'required' ? `/${error.params.missingProperty}` : '';
    const unknown = error.params.additionalProperty ?? error.params.unevaluatedProperty;
    const path = `${error.instancePath}${missing}${unknown === undefined ? '' : `/${unknown}`}`;
    const message =
      missing !== ''
        ? 'is required'
        : unknown !== undefined
          ? 'is not a known field'
          : error.keyword === 'enum'
            ? `must be one of ${error.params.allowedValues.join(', ')}`
            : (error.message ?? 'is wrong');
    return { path: parameter === undefined ? path : `${parameter}${path}`, message };
  });
}

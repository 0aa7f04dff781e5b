import { isJsonObject, resolvePointer } from '@jackfield/json-schema';
import type { CodeKeywordDefinition, ErrorObject, ValidateFunction } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { callRef } from 'ajv/dist/vocabularies/core/ref.js';

type ValidatorCall = (data: unknown, context?: Parameters<ValidateFunction>[1]) => boolean;

/** Where generated code looks after it has called a validator. */
interface LazyValidator {
  errors: ErrorObject[] | null;
  evaluated: NonNullable<ValidateFunction['evaluated']>;
}

const nothingEvaluated: LazyValidator['evaluated'] = { dynamicProps: false, dynamicItems: false };

/**
 * Makes a validator compile what a `$ref` points at when the first value gets there, and once for all schemas that share
 * the definition. Ajv compiles everything that can be reached, at once: for tools of Microsoft Graph or Kubernetes, whose
 * definitions reach hundreds of others, that blocks the process for up to a second and takes megabytes, while most calls
 * touch two or three of them.
 *
 * References are fragments with a JSON pointer; a definition means the same in every schema that contains the very same
 * object.
 */
export function compileReferencesLazily(ajv: Ajv2020): void {
  const validators = new WeakMap<object, ValidateFunction>();
  /** Of a definition that was compiled by itself: the schema in which its own references are looked up. */
  const roots = new WeakMap<object, object>();

  function validatorOf(root: object, reference: string): ValidateFunction {
    const definition = resolvePointer(root, reference);
    if (!isJsonObject(definition)) throw new Error(`can't resolve reference ${reference}`);
    let validator = validators.get(definition);
    if (validator === undefined) {
      if (definition !== root) roots.set(definition, root);
      validator = ajv.compile(definition);
      // Ajv would remember it for ever.
      ajv.removeSchema(definition);
      validators.set(definition, validator);
    }
    return validator;
  }

  const keyword: CodeKeywordDefinition = {
    keyword: '$ref',
    schemaType: 'string',
    code(context) {
      const schema = context.it.schemaEnv.root.schema;
      if (typeof schema !== 'object') return;
      const root = roots.get(schema) ?? schema;
      const reference = String(context.schema);
      const lazy = Object.assign<ValidatorCall, LazyValidator>(
        (data: unknown, dataContext?: Parameters<ValidateFunction>[1]) => {
          const validator = validatorOf(root, reference);
          const isValid = validator(data, dataContext);
          lazy.errors =
            validator.errors?.map((error) => ({ ...error, schemaPath: reference + error.schemaPath.slice(1) })) ?? null;
          lazy.evaluated = validator.evaluated ?? nothingEvaluated;
          return isValid;
        },
        { errors: null, evaluated: nothingEvaluated },
      );
      callRef(context, context.gen.scopeValue('validate', { ref: lazy }));
    },
  };
  ajv.removeKeyword('$ref');
  ajv.addKeyword(keyword);
}

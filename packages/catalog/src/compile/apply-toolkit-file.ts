import type { AuthField, AuthScheme, ConvertOpenApiOptions, HttpConstant, Tool, Toolkit } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';
import type { AuthGuide, ToolkitGuide } from '../toolkit-guide.ts';
import type { ToolkitFile } from './toolkit-file.ts';

type FileAuth = ToolkitFile['auth'][number];
type FileField = Exclude<FileAuth, { mode: 'OAUTH2' }>['fields'][number];

/** What of a toolkit's file changes how its document is converted. */
export function optionsOfFile(file: ToolkitFile): Partial<ConvertOpenApiOptions> {
  return {
    name: file.name,
    description: file.description,
    logo: file.logo,
    ...(file.baseUrl === undefined ? {} : { baseUrl: file.baseUrl }),
    ...(file.security === 'document' ? {} : { authSchemes: file.auth.map((auth) => toScheme(auth, undefined)) }),
  };
}

/** The toolkit with what its file says in place of what the document says. */
export function applyToolkitFile(toolkit: Toolkit, file: ToolkitFile): Toolkit {
  const described = new Map(file.auth.map((auth) => [auth.scheme, auth]));
  const known = new Set(toolkit.authSchemes.map(({ id }) => id));
  const unknown = file.auth.filter(({ scheme }) => !known.has(scheme));
  if (unknown.length > 0) {
    throw new Error(
      `${toolkit.slug} has no auth scheme ${unknown.map(({ scheme }) => scheme).join(', ')}; it has ${[...known].join(', ')}.`,
    );
  }
  const authSchemes = toolkit.authSchemes.map((scheme) => {
    const auth = described.get(scheme.id);
    return auth === undefined ? scheme : toScheme(auth, scheme);
  });
  const together = file.security === 'together' ? [file.auth.map(({ scheme }) => scheme)] : undefined;
  const overrides = file.tools ?? {};
  const tools = toolkit.tools.map((tool) =>
    overrideTool(withConstants(overrideArguments(tool, file.arguments ?? {}), file), overrides[tool.slug], together),
  );
  return { ...toolkit, authSchemes, ...(file.identity === undefined ? {} : { identity: identityOf(file) }), tools };
}

export function guideOf(slug: string, file: ToolkitFile): ToolkitGuide {
  return {
    slug,
    website: file.website,
    documentation: file.documentation,
    auth: file.auth.map(toGuide),
    ...(file.verified === undefined ? {} : { verified: file.verified }),
    preload: file.preload,
    ...(file.notes === undefined ? {} : { notes: file.notes }),
    ...(file.ownBaseUrl === undefined ? {} : { baseUrl: file.ownBaseUrl }),
  };
}

function identityOf({ identity }: ToolkitFile): NonNullable<Toolkit['identity']> {
  const { tool = '', ...pointers } = identity ?? {};
  return { tool, ...definedOf(pointers) };
}

function overrideArguments(tool: Tool, overrides: NonNullable<ToolkitFile['arguments']>): Tool {
  const { properties, required, ...schema } = tool.inputSchema;
  if (!isJsonObject(properties)) return tool;
  const concerned = Object.entries(overrides).filter(([name]) => name in properties);
  if (concerned.length === 0) return tool;
  const changed = concerned.map(([name, { description, value }]) => {
    const documented = isJsonObject(properties[name]) ? properties[name] : {};
    const said = description === undefined ? documented : { ...documented, description };
    return [name, value === undefined ? said : { ...said, const: value }] as const;
  });
  const needed = concerned.flatMap(([name, { required: isRequired, value }]) =>
    isRequired === true || value !== undefined ? [name] : [],
  );
  const before = Array.isArray(required) ? required : [];
  return {
    ...tool,
    inputSchema: {
      ...schema,
      properties: { ...properties, ...Object.fromEntries(changed) },
      required: [...new Set([...before, ...needed])],
    },
  };
}

/**
 * The tool with what each call sends by itself: the file's constants, and the arguments that it gives the only value of,
 * where they are headers or in the query. Neither is an argument then.
 */
function withConstants(tool: Tool, { constants = [], arguments: overrides = {} }: ToolkitFile): Tool {
  const { binding, inputSchema } = tool;
  if (binding.kind !== 'http') return tool;
  const fixed = binding.parameters.flatMap((parameter): HttpConstant[] => {
    const value = overrides[parameter.argument]?.value;
    const { name } = parameter;
    return value !== undefined && (parameter.in === 'header' || parameter.in === 'query')
      ? [{ name, in: parameter.in, value }]
      : [];
  });
  const all = [...(binding.constants ?? []), ...constants, ...fixed];
  if (constants.length + fixed.length === 0) return tool;
  const nameOf = ({ in: place, name }: Pick<HttpConstant, 'name'> & { readonly in: string }) =>
    `${place} ${place === 'header' ? name.toLowerCase() : name}`;
  const names = new Set(all.map(nameOf));
  const replaced = new Set(
    binding.parameters.filter((parameter) => names.has(nameOf(parameter))).map(({ argument }) => argument),
  );
  const properties = isJsonObject(inputSchema.properties) ? inputSchema.properties : {};
  const required = Array.isArray(inputSchema.required) ? inputSchema.required : [];
  const needed = required.filter((name) => !replaced.has(name));
  const { required: _required, ...schema } = inputSchema;
  return {
    ...tool,
    inputSchema: {
      ...schema,
      properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !replaced.has(name))),
      ...(needed.length === 0 ? {} : { required: needed }),
    },
    binding: {
      ...binding,
      parameters: binding.parameters.filter(({ argument }) => !replaced.has(argument)),
      constants: all,
    },
  };
}

function overrideTool(
  tool: Tool,
  override: NonNullable<ToolkitFile['tools']>[string] | undefined,
  security: Tool['security'] | undefined,
): Tool {
  if (override === undefined && security === undefined) return tool;
  return {
    ...tool,
    ...(override?.name === undefined ? {} : { name: override.name }),
    ...(override?.description === undefined ? {} : { description: override.description }),
    hints: { ...tool.hints, ...definedOf(override?.hints ?? {}) },
    security: security ?? tool.security,
  };
}

function toScheme(auth: FileAuth, documented: AuthScheme | undefined): AuthScheme {
  const common = {
    id: auth.scheme,
    ...(documented?.description === undefined ? {} : { description: documented.description }),
    ...(auth.mode === 'OAUTH2' ? {} : { fields: auth.fields.map(toField) }),
  };
  switch (auth.mode) {
    case 'API_KEY': {
      const { name, prefix } = auth;
      return { ...common, mode: 'API_KEY', in: auth.in, name, ...(prefix === undefined ? {} : { prefix }) };
    }
    case 'BEARER_TOKEN':
    case 'BASIC':
      return { ...common, mode: auth.mode };
    case 'OAUTH2': {
      const own = documented?.mode === 'OAUTH2' ? documented : undefined;
      const { authorizationUrl, tokenUrl, refreshUrl, revocationUrl, userinfoUrl, issuer } = auth;
      const asked = Object.fromEntries(auth.defaultScopes.map((scope) => [scope, '']));
      return {
        ...common,
        mode: 'OAUTH2',
        ...(own?.grants === undefined ? {} : { grants: own.grants }),
        authorizationUrl,
        tokenUrl,
        ...definedOf({ refreshUrl, revocationUrl, userinfoUrl, issuer }),
        scopes: { ...asked, ...own?.scopes, ...auth.scopes },
        defaultScopes: auth.defaultScopes,
        ...definedOf({ scopeSeparator: auth.scopeSeparator, authorizationParams: auth.authorizationParameters }),
      };
    }
  }
}

function toField({ name, label, hint, url }: FileField): AuthField {
  return { name, label, hint: `${hint === undefined ? '' : `${hint} `}Get it at ${url}` };
}

function toGuide(auth: FileAuth): AuthGuide {
  if (auth.mode !== 'OAUTH2') {
    return {
      scheme: auth.scheme,
      mode: auth.mode,
      fields: auth.fields.map(({ name, label, hint, url }) => ({ name, label, url, ...definedOf({ hint }) })),
    };
  }
  const { scheme, mode, setupUrl, defaultScopes, scopeSeparator, authorizationParameters } = auth;
  return { scheme, mode, setupUrl, defaultScopes, ...definedOf({ scopeSeparator, authorizationParameters }) };
}

type Defined<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** The fields that are set: an optional field of the toolkit format is absent rather than undefined. */
function definedOf<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

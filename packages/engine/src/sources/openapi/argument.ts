import { type Definition, type JsonSchema, shortHash } from '@jackfield/json-schema';

export type ArgumentLocation = 'path' | 'query' | 'header' | 'cookie' | 'body';

/** Something that a caller of the tool can give: a parameter, a property of the body, or the body as a whole. */
export interface Argument {
  /** Name on the wire; for a body as a whole, the name to use in the tool's input. */
  readonly name: string;
  readonly location: ArgumentLocation;
  readonly schema: JsonSchema;
  readonly references: ReadonlySet<Definition>;
  readonly required: boolean;
}

/** Model APIs accept these characters, and 64 of them, in the names of properties. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const maxNameLength = 64;

/** A wire name as an argument name: `filter[name]` is `filter_name`, `$top` is `top`, `X-Api-Version` stays. */
function argumentName(name: string): string {
  if (plainName.test(name) && name !== '__proto__') return name;
  const plain =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[^A-Za-z0-9_.-]+/g, '_')
      .replace(/^[_.-]+|[_.-]+$/g, '') || `argument_${shortHash(name)}`;
  return plain.length <= maxNameLength ? plain : `${plain.slice(0, maxNameLength - 7)}_${shortHash(name)}`;
}

/** Names in the order of path, query, header, cookie, body; whoever comes later and finds its name taken says where it is. */
const locationOrder: readonly ArgumentLocation[] = ['path', 'query', 'header', 'cookie', 'body'];

/** One name in the tool's input per argument, in the same order; unique, and independent of the order of locations. */
export class ArgumentNames {
  readonly #plain = new Map<string, string>();

  assign(args: readonly Argument[]): readonly string[] {
    const wished = args.map((argument) => this.#wish(argument.name));
    if (areDistinct(wished)) return wished;
    const names: string[] = [];
    const taken = new Set<string>();
    for (const location of locationOrder) {
      args.forEach((argument, index) => {
        if (argument.location !== location) return;
        let name = wished[index] ?? '';
        if (taken.has(name)) {
          const base = name.slice(0, maxNameLength - 10);
          name = `${base}_${location}`;
          for (let round = 2; taken.has(name) || wished.includes(name); round += 1)
            name = `${base}_${location}_${round}`;
        }
        taken.add(name);
        names[index] = name;
      });
    }
    return names;
  }

  #wish(name: string): string {
    let plain = this.#plain.get(name);
    if (plain === undefined) {
      plain = argumentName(name);
      this.#plain.set(name, plain);
    }
    return plain;
  }
}

function areDistinct(names: readonly string[]): boolean {
  if (names.length > 16) return new Set(names).size === names.length;
  return names.every((name, index) => names.indexOf(name) === index);
}

/** A piece of a text: as it is written, or what was filled in. */
export interface Piece {
  readonly text: string;
  readonly filled: boolean;
}

/** Names in braces. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** Cuts a text at what stands in braces and fills that in; what there is nothing for stays as it is. */
export function fillText(text: string, values: Readonly<Record<string, string>>): readonly Piece[] {
  return text
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined ? { text: part, filled: false } : { text: value, filled: true };
    })
    .filter((piece) => piece.text !== '');
}

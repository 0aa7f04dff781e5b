import type { Timing } from './compare.ts';

/** A table of measurements with what they are held to. */
export interface Section {
  readonly title: string;
  /** What was measured and how, in a sentence or two. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** GitHub-flavoured Markdown. */
export function toMarkdown({ title, note, columns, rows }: Section): string {
  const lines = [columns, columns.map((_, index) => (index === 0 ? '---' : '--:')), ...rows];
  return `### ${title}\n\n${note}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** `12.3 ms (11.9 to 13.0)`: the median and the middle half. */
export function timing({ median, lowerQuartile, upperQuartile }: Timing): string {
  return `${milliseconds(median)} (${number(lowerQuartile)} to ${number(upperQuartile)})`;
}

export function milliseconds(value: number): string {
  return `${number(value)} ms`;
}

/** A limit and whether the value keeps it: `<= 1.3 x: 1.21 x`, marked when it does not. */
export function atMost(value: number, limit: number, unit: string): string {
  return `${number(value)}${unit} ${value <= limit ? '' : '**missed** '}(at most ${limit}${unit})`;
}

export function atLeast(value: number, limit: number, unit: string): string {
  return `${number(value)}${unit} ${value >= limit ? '' : '**missed** '}(at least ${limit}${unit})`;
}

/** Three significant digits, no exponent. */
export function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 3));
}

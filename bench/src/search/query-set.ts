import { readFileSync } from 'node:fs';

/** A line of a set of queries, as far as it is read here. */
export interface SetQuery {
  readonly id: string;
  readonly text: string;
  /** What `--scope toolkit` narrows the search to. */
  readonly toolkit: string | undefined;
}

/** A line of a corpus. */
export interface CorpusTool {
  readonly id: string;
  readonly toolkit: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: { readonly [keyword: string]: unknown };
}

/** @param field Of each line: what is searched for. */
export function readQueries(file: string, field: string): readonly SetQuery[] {
  return readLines(file).map((line, index) => {
    const { id, toolkit, [field]: text } = line;
    if (typeof id !== 'string' || typeof text !== 'string') {
      throw new Error(`Line ${index + 1} of ${file} has no id, or no ${field}.`);
    }
    return { id, text, toolkit: typeof toolkit === 'string' ? toolkit : undefined };
  });
}

export function readCorpus(file: string): readonly CorpusTool[] {
  return readLines(file).map((line, index) => {
    const { id, toolkit = '', name, description = '', parameters = {} } = line;
    if (typeof id !== 'string' || typeof name !== 'string') {
      throw new Error(`Line ${index + 1} of ${file} has no id, or no name.`);
    }
    return {
      id,
      toolkit: String(toolkit ?? ''),
      name,
      description: String(description ?? ''),
      parameters: typeof parameters === 'object' && parameters !== null ? { ...parameters } : {},
    };
  });
}

function readLines(file: string): readonly Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

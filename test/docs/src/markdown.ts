import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the repository. */
export const root: string = join(import.meta.dirname, '../../..');

export interface Page {
  /** Below the repository: `docs/sessions.md`. */
  readonly path: string;
  readonly text: string;
}

export interface Snippet {
  readonly page: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** What follows the fence: `ts`. */
  readonly language: string;
  readonly code: string;
}

/** Every page that a reader may open: all Markdown under version control but change logs and notes for a release. */
export function readPages(): readonly Page[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return output
    .split('\0')
    .filter((path) => path !== '' && !path.startsWith('.changeset/') && !path.endsWith('CHANGELOG.md'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The fenced blocks of a page (CommonMark 0.31 section 4.5), indented ones included. */
export function readSnippets(page: Page): readonly Snippet[] {
  const snippets: Snippet[] = [];
  let open: { indent: string; language: string; line: number; code: string[] } | undefined;
  for (const [index, line] of page.text.split('\n').entries()) {
    const fence = /^( *)```(\S*)/.exec(line);
    if (open === undefined) {
      if (fence !== null) open = { indent: fence[1] ?? '', language: fence[2] ?? '', line: index + 2, code: [] };
    } else if (fence !== null) {
      snippets.push({ page: page.path, line: open.line, language: open.language, code: open.code.join('\n') });
      open = undefined;
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) throw new Error(`${page.path}:${open.line - 1} opens a block that never ends.`);
  return snippets;
}

/** A page without its fenced blocks. */
export function readProse(page: Page): string {
  return page.text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
}

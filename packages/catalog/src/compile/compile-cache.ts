import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { CompileJob, CompileResult } from './compile-toolkit.ts';
import { readToolkitFileText } from './toolkit-file.ts';

const packages = new URL('../../../', import.meta.url);
const folder = new URL('../../node_modules/.cache/jackfield-catalog/', import.meta.url);

/** What the content of a compiled toolkit depends on. */
const code = [
  'catalog/src/{compiled-*,toolkit-guide}.ts',
  'catalog/src/compile/{apply-*,compile-toolkit,document*,encode-*,measure-*,operation-ids,prepare-*,toolkit-*}.ts',
  'engine/src/sources/openapi/*.ts',
  'json-schema/src/*.ts',
];

export interface Compiled {
  readonly result: CompileResult;
  readonly bytes?: Buffer;
}

/** Results of earlier compilations, by what they were made from: the document, its lines in the lists, and the code. */
export class CompileCache {
  readonly #code: string;

  constructor() {
    mkdirSync(folder, { recursive: true });
    const hash = createHash('sha256').update(process.versions.v8);
    for (const path of globSync(code, { cwd: fileURLToPath(packages) }).sort()) {
      if (!path.endsWith('.test.ts')) hash.update(path).update(readFileSync(new URL(path, packages)));
    }
    this.#code = hash.digest('hex');
  }

  key(job: CompileJob): string {
    const file = readToolkitFileText(job.entry.slug) ?? '';
    return createHash('sha256')
      .update(JSON.stringify([this.#code, job, file]))
      .digest('hex')
      .slice(0, 32);
  }

  get(key: string): Compiled | undefined {
    try {
      const [result, bytes] = deserialize(readFileSync(new URL(key, folder))) as [
        CompileResult,
        Uint8Array | undefined,
      ];
      return bytes === undefined ? { result } : { result, bytes: Buffer.from(bytes) };
    } catch {
      return undefined;
    }
  }

  set(key: string, { result, bytes }: Compiled): void {
    // Another build may be writing the same.
    const temporary = new URL(`${key}.${process.pid}.${Math.random().toString(36).slice(2)}`, folder);
    writeFileSync(temporary, serialize([result, bytes]));
    renameSync(temporary, new URL(key, folder));
  }
}

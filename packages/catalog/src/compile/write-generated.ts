/** Writes what is checked in of the last compilation, the report and the pages of toolkits: `pnpm report`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { generatedFiles, pagesFolder } from './generated-files.ts';

const files = await generatedFiles();
mkdirSync(pagesFolder, { recursive: true });
for (const name of readdirSync(pagesFolder)) {
  const file = new URL(name, pagesFolder);
  if (!files.has(file.href)) rmSync(file);
}
for (const [file, content] of files) writeFileSync(new URL(file), content);

#!/usr/bin/env node
/** The command. Older Node versions are told here, before anything that they lack is imported. */
import { isSupported, tooOld } from './node-version.ts';

if (isSupported(process.versions.node)) {
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2), process);
} else {
  process.stderr.write(tooOld(process.versions.node));
  process.exitCode = 1;
}

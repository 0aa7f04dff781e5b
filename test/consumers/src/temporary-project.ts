import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';

/** An empty folder with a package.json, as `npm init` leaves it; removed at the end of a test. */
export class TemporaryProject {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'jackfield-consumer-'));

  constructor() {
    this.write('package.json', { name: 'consumer', version: '1.0.0', private: true, type: 'module' });
  }

  write(name: string, content: object): void {
    writeFileSync(join(this.folder, name), JSON.stringify(content, null, 2));
  }

  copy(folder: string): void {
    cpSync(folder, this.folder, { recursive: true });
  }

  /** With npm, as users do. @param packages - Names with versions, or paths of tarballs. */
  async install(packages: readonly string[], ...options: readonly string[]): Promise<void> {
    const flags = ['--no-audit', '--no-fund', '--prefer-offline', ...options];
    await command(this.folder, 'npm', ['install', ...flags, ...packages]);
  }

  run(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return command(this.folder, file, args, env);
  }

  /** Names of all packages that were installed, nested ones too, by the list that npm leaves of them. */
  installed(): readonly string[] {
    const text = readFileSync(join(this.folder, 'node_modules/.package-lock.json'), 'utf8');
    const { packages } = JSON.parse(text) as { packages: Record<string, unknown> };
    return Object.keys(packages)
      .map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
      .sort();
  }

  /** Of everything that was installed, in bytes. */
  installedBytes(): number {
    return globSync('node_modules/**', { cwd: this.folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { JackfieldError } from '@jackfield/contract';
import { type EncryptionKey, generateEncryptionKey, parseEncryptionKeys } from './encryption-key.ts';

/** Name of the file in the data folder. */
export const keyFileName = 'encryption-key';

/**
 * The keys in the data folder's key file, which is made, with mode 0600 and one new key, if there is none. Of several
 * processes at once one makes it and all get that one.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` if the file cannot be made or read, or does not hold a key.
 */
export async function loadOrCreateKeyFile(dataFolder: string): Promise<[EncryptionKey, ...EncryptionKey[]]> {
  const path = join(dataFolder, keyFileName);
  try {
    const text = (await readIfExists(path)) ?? (await createKeyFile(dataFolder, path));
    return await parseEncryptionKeys(text, path);
  } catch (error) {
    if (JackfieldError.isInstance(error)) throw error;
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The key file ${path} cannot be ${systemCode(error) === 'EACCES' ? 'read or ' : ''}written (${systemCode(error)}).`,
      fix: 'Choose a data folder that this user may write to, or set JACKFIELD_ENCRYPTION_KEY.',
      cause: error,
    });
  }
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A complete file appears under its name at once, or another process's is there already. */
async function createKeyFile(dataFolder: string, path: string): Promise<string> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const { key } = await generateEncryptionKey();
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${Buffer.from(key).toString('base64')}\n`);
    await file.sync();
    await link(temporary, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(temporary);
  }
  return readFile(path, 'utf8');
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

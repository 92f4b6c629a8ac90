import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret kept in the data folder as a file that only its owner may read: the one that is there, else a new one of 32
 * random bytes in base64url. Of two processes that make it at once both get the same.
 * @param name file name, e.g. `token`
 * @throws Error where the file cannot be written or read, or is empty
 */
export async function generatedSecret(dataDir: string, name: string): Promise<string> {
  const path = join(dataDir, name);
  await mkdir(dataDir, { recursive: true });
  const existing = await read(path);
  if (existing !== null) return existing;

  // Written whole under another name and linked: a crash in between leaves no half secret under the right name.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const made = await read(path);
  if (made === null) throw new Error(`The file ${path} was taken away while it was being made. Start again.`);
  return made;
}

async function read(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    if (text === '') throw new Error(`The file ${path} is empty. Take it away and a new secret is made.`);
    await chmod(path, 0o600);
    return text;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

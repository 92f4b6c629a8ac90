import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleMistake } from './mistake';

/** Largest rule file in bytes. */
export const maxRuleFileBytes = 1_048_576;
const extensions = ['.yaml', '.yml', '.json'];

/** A mistake that is about a file as a whole. */
export function fileMistake(file: string, message: string, suggestion?: string): RuleMistake {
  return { file, line: 1, column: 1, path: '', message, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** The file itself, or the rule files of a folder and those in it, by name; a mistake where there are none. */
export async function listRuleFiles(path: string): Promise<string[] | RuleMistake> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const files: string[] = [];
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const hidden = file
        .slice(path.length)
        .split(/[\\/]/)
        .some((part) => part.startsWith('.') || part === 'node_modules');
      if (hidden || !extensions.some((extension) => entry.name.toLowerCase().endsWith(extension))) continue;
      if ((await stat(file)).isFile()) files.push(file);
    }
    if (files.length === 0) {
      return fileMistake(path, 'The folder holds no rule file.', `rule files end in ${extensions.join(', ')}`);
    }
    return files.sort();
  } catch (error) {
    return unreadable(path, error);
  }
}

/** The text of a file, or why it cannot be read. */
export async function readText(file: string): Promise<string | RuleMistake> {
  try {
    const { size } = await stat(file);
    if (size > maxRuleFileBytes) {
      return fileMistake(file, `The file has ${size} bytes; a rule file may have ${maxRuleFileBytes}.`, 'split it');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return fileMistake(file, 'The file is not UTF-8 text.', 'save it as UTF-8');
    return unreadable(file, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder.',
  EACCES: 'It may not be read by this user.',
  ELOOP: 'It is a link that leads back to itself.',
};

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function unreadable(file: string, error: unknown): RuleMistake {
  return fileMistake(
    file,
    reasons[codeOf(error)] ?? `It cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  );
}

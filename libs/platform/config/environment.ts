import { readFileSync } from 'node:fs';
import type { ConfigMistake } from './config-error';
import { nearest } from './did-you-mean';
import { settingNames, settingText, type SettingName } from './settings';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting as it was given: the text, and the file it came from. */
export interface Given {
  readonly text: string;
  readonly file: string | null;
}

/** What the environment says, with files read; text not yet parsed. */
export interface GivenSettings {
  readonly values: ReadonlyMap<SettingName, Given>;
  /** Settings that were named, also where their file could not be read. */
  readonly named: ReadonlySet<SettingName>;
  readonly mistakes: readonly ConfigMistake[];
}

/** Collects every known variable and its `_FILE` form; an empty value counts as not set. */
export function readEnvironment(env: Environment): GivenSettings {
  const values = new Map<SettingName, Given>();
  const named = new Set<SettingName>();
  const mistakes: ConfigMistake[] = [];
  for (const name of settingNames) {
    const direct = env[name] ?? '';
    const file = settingText(name).file ? (env[`${name}_FILE`] ?? '') : '';
    if (direct !== '' || file !== '') named.add(name);
    if (direct !== '' && file !== '') {
      mistakes.push({
        variable: name,
        problem: `is given twice, here and as ${name}_FILE`,
        allowed: 'Keep one of them.',
      });
    } else if (direct !== '') {
      values.set(name, { text: direct, file: null });
    } else if (file !== '') {
      const read = readValue(`${name}_FILE`, file);
      if ('text' in read) values.set(name, { text: read.text, file });
      else mistakes.push(read);
    }
  }
  return { values, named, mistakes: [...mistakes, ...unknownVariables(env)] };
}

function readValue(variable: string, file: string): { text: string } | ConfigMistake {
  const allowed = 'The path of a file that this process may read and that holds the value.';
  try {
    // Editors and `echo` end a file with a line break, which is no part of a secret.
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { variable, problem: `the file ${file} is empty`, allowed } : { text };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { variable, problem: `the file ${file} cannot be read (${reason})`, allowed };
  }
}

/** Variables that begin like Weir's own but are none: a slip of the pen must not be a setting silently not made. */
function unknownVariables(env: Environment): ConfigMistake[] {
  const known = new Set<string>(
    settingNames.flatMap((name) => (settingText(name).file ? [name, `${name}_FILE`] : [name])),
  );
  return Object.keys(env)
    .filter((variable) => variable.startsWith('WEIR_') && !known.has(variable))
    .sort()
    .map((variable) => {
      const near = nearest(variable, known);
      return {
        variable,
        problem: 'is not a setting of Weir',
        allowed: near === null ? '`weir config` lists the settings.' : `Did you mean ${near}?`,
      };
    });
}

import type { Config } from './config';
import { settingText, type SettingName } from './settings';

const mask = '********';

/** A setting's text as it may be shown: secrets masked, of a URL only its password. */
export function shown(name: SettingName, text: string): string {
  const { secret, file } = settingText(name);
  if (secret !== true) return file === true ? '(given)' : text;
  if (!URL.canParse(text) || !name.endsWith('_URL')) return mask;
  const url = new URL(text);
  if (url.password !== '') url.password = mask;
  // Parameters may carry a password too (?password=…), and are few enough to be left out.
  url.search = '';
  return url.toString();
}

/** The effective configuration as lines of text, secrets masked: what `weir config` prints. */
export function describeConfig(config: Config): string {
  const lines = config.effective.map(({ name, value, from }) => {
    const { otherwise } = settingText(name as SettingName);
    const text = value ?? `(not set${otherwise === undefined ? '' : `: ${otherwise}`})`;
    return [name, text, from] as const;
  });
  const width = Math.max(...lines.map(([name]) => name.length));
  const settings = lines.map(
    ([name, text, from]) => `${name.padEnd(width)}  ${text}${from === 'default' ? '' : `  [${from}]`}`,
  );
  return [...settings, ...config.warnings.map((warning) => `warning: ${warning}`)].join('\n');
}

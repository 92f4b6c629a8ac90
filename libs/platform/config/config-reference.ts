import { settingNames, settingText, type SettingName } from './settings';

/** The reference of all settings as Markdown: the text of `docs/configuration.md`. */
export function generateConfigReference(): string {
  const groups = new Map<string, SettingName[]>();
  for (const name of settingNames) {
    const { group } = settingText(name);
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  const sections = [...groups].map(([group, names]) =>
    [`## ${group}`, '', ...names.flatMap(entry)].join('\n').trimEnd(),
  );
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const intro = `# Configuration

<!-- Generated from libs/platform/config/settings.ts by \`npm run generate\`; do not edit. -->

Weir is configured by environment variables. A wrong configuration is refused at start, with every mistake named;
so is a variable that begins with \`WEIR_\` and is not listed here. An empty variable counts as not set. Where it says
_or as a file_, the same name with \`_FILE\` at its end may hold the path of a file with the value instead (one line break at the
file's end is ignored): keep secrets there. \`weir config\` prints the configuration in force, secrets masked.`;

function entry(name: SettingName): string[] {
  const { what, allowed, default: value, otherwise, secret, file } = settingText(name);
  const marks = [secret ? 'secret' : null, file ? `or as a file: \`${name}_FILE\`` : null].filter(
    (mark) => mark !== null,
  );
  return [
    `### \`${name}\``,
    '',
    `${what}${marks.length > 0 ? ` _(${marks.join('; ')})_` : ''}`,
    '',
    `- Allowed: ${allowed.replaceAll('<', '\\<')}`,
    `- Default: ${value === undefined ? (otherwise ?? 'not set') : `\`${value}\``}`,
    '',
  ];
}

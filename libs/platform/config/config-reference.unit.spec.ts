import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateConfigReference } from './config-reference';
import { settingNames, settingText } from './settings';

test('the reference names every setting once, and the file in docs/ is what is generated now', () => {
  const reference = generateConfigReference();
  for (const name of settingNames) {
    expect(reference.split(`### \`${name}\``)).toHaveLength(2);
  }
  const path = join(__dirname, '../../../docs/configuration.md');
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(reference);
});

test('every secret may come from a file, and none has a default', () => {
  for (const name of settingNames) {
    const { secret, file, default: value } = settingText(name);
    if (secret) expect([name, file, value]).toEqual([name, true, undefined]);
  }
});

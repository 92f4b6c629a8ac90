/**
 * `npm run generate`: files that are made from the sources and checked in so that changes are seen in review: the JSON
 * Schemas of the contracts and the reference of the configuration. `--check`: compares instead of writing.
 */
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, root } from './prepare.mjs';

const require = createRequire(join(root, 'package.json'));
const { z } = require('zod');
const contracts = require('@weir/contracts');
const { generateConfigReference } = require('@weir/platform/config');

const schemas = {
  fact: [contracts.factSchema, 'input'],
  rule: [contracts.ruleSchema, 'input'],
  reference: [contracts.referenceSchema, 'input'],
  hit: [contracts.hitSchema, 'output'],
  alert: [contracts.alertSchema, 'output'],
  'alert-page': [contracts.alertPageSchema, 'output'],
  'alert-event': [contracts.alertEventSchema, 'output'],
  'dead-letter': [contracts.deadLetterSchema, 'output'],
  'dead-letter-replays': [contracts.deadLetterReplaysSchema, 'output'],
};

const files = new Map([['docs/configuration.md', generateConfigReference()]]);
for (const [name, [schema, io]] of Object.entries(schemas)) {
  const json = { title: name, ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
  files.set(`docs/generated/schemas/${name}.schema.json`, `${JSON.stringify(json, null, 2)}\n`);
}

const stale = [];
for (const [path, text] of files) {
  const file = join(root, path);
  let found = null;
  try {
    found = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (found === text) continue;
  stale.push(path);
  if (process.argv.includes('--check')) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (process.argv.includes('--check') && stale.length > 0)
  fail(`Not up to date, run npm run generate: ${stale.join(', ')}`);
process.stderr.write(stale.length === 0 ? `${files.size} files are up to date\n` : `written: ${stale.join(', ')}\n`);

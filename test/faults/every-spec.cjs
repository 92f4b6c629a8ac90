/**
 * All the tests that a fault in the domain must trip over, as one file: unit tests beside the domain, the timelines and the
 * model. In one file they load their modules once instead of once each, which makes a run three times as fast.
 */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { configureGlobal } = require('fast-check');

// One seed, so that every run of the same sources judges the same cases. A counterexample is enough: finding the smallest
// one takes long and is for people who mend it.
configureGlobal({ seed: 20_260_105, endOnFailure: true });

const root = join(__dirname, '../..');
// Quick ones first: the random cases of the model judge what the examples let through.
for (const folder of ['libs/domain', 'test/golden', 'libs/testing/model']) {
  const specs = readdirSync(join(root, folder), { recursive: true })
    .filter((path) => path.endsWith('.unit.spec.ts') && !/(^|[\\/])(dist|node_modules)[\\/]/.test(path))
    .sort();
  for (const spec of specs) require(join(root, folder, spec));
}

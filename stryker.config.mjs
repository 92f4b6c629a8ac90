/**
 * Mutation testing of the domain: every small change of its code must be noticed by a test. Run by `npm run test:long`.
 * Works on a copy of what the tests need, in `.stryker-tmp/`. WEIR_MUTATE names one folder of libs/domain; without it all
 * are mutated at once.
 */
import { basename } from 'node:path';

const needed = [
  'libs/domain/**/*.ts',
  'libs/contracts/**/*.ts',
  'libs/testing/model/**/*.ts',
  'test/golden/**/*.ts',
  'test/faults/*.{cjs,mjs}',
  'jest.config.js',
  'package.json',
];
const folder = process.env.WEIR_MUTATE ?? 'libs/domain';

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner', './test/faults/ignore-messages.mjs'],
  jest: { configFile: 'test/faults/jest.config.cjs', enableFindRelatedTests: false },
  mutate: [`${folder}/**/*.ts`, '!**/*.spec.ts', '!**/index.ts'],
  ignorePatterns: ['**', ...needed.map((path) => `!${path}`), '**/dist/**'],
  // Texts that only people read are left out, and nothing else: see there.
  ignorers: ['messages'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  // How much is enough is judged over all folders together, by test/faults/mutation-report.mjs.
  thresholds: { high: 95, low: 85, break: null },
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: `reports/mutation/${basename(folder)}.json` },
  allowConsoleColors: false,
  cleanTempDir: 'always',
};

/** Runs the tests of `every-spec.cjs`; used on copies of the sources, by the deliberate faults and by mutation testing. */
const { join } = require('node:path');
const { projects } = require('../../jest.config.js');

const unit = projects.find(({ displayName }) => displayName === 'unit');
if (unit === undefined) throw new Error('jest.config.js has no project "unit".');

// Few random cases each: there are many faults to judge, and examples should notice most of them.
process.env.WEIR_PROPERTY_FACTOR ??= '0.04';

module.exports = {
  ...unit,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/every-spec.cjs'],
  testEnvironment: join(__dirname, 'bail-environment.cjs'),
  moduleFileExtensions: [...unit.moduleFileExtensions, 'cjs'],
  // The model alone: the rest of @weir/testing starts servers, which takes long to load and is not needed here.
  moduleNameMapper: { '^@weir/testing$': '<rootDir>/libs/testing/model/index.ts', ...unit.moduleNameMapper },
};

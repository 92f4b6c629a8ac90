/**
 * Lets a plain Node process, started by a test, load the TypeScript sources: `node -r typescript-hook.cjs script.ts`.
 * Jest's own transform does not reach child processes, and tests never run stale output of tsc.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const libs = join(__dirname, '..', '..');
const folders = {
  '@weir/contracts': 'contracts',
  '@weir/domain': 'domain',
  '@weir/testing': 'testing',
  '@weir/intake': 'stages/1-intake',
  '@weir/detection': 'stages/2-detection',
  '@weir/alerting': 'stages/3-alerting',
  '@weir/review': 'stages/4-review',
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const folder = request.startsWith('@weir/platform/') ? request.slice('@weir/'.length) : folders[request];
  return resolve.call(this, folder === undefined ? request : join(libs, folder, 'index.ts'), ...rest);
};

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  module._compile(code, filename);
};

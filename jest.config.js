/**
 * Three projects, told apart by file name: unit (pure), int (one real service beside it), e2e (the product as a whole);
 * and long, for `npm run test:long`.
 * Sources are compiled by swc, so tests never run stale output of tsc; `@weir/*` resolves to the sources.
 */
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

const shared = {
  testEnvironment: 'node',
  // content-disposition (under @fastify/static) is ESM only, which Jest cannot require on Node 20: it is compiled too.
  transform: { '^.+\\.ts$': swc, '/node_modules/content-disposition/.+\\.js$': swc },
  transformIgnorePatterns: ['/node_modules/(?!content-disposition/)'],
  moduleFileExtensions: ['ts', 'js', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.stryker-tmp/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  moduleNameMapper: {
    '^@weir/(contracts|domain|testing)$': '<rootDir>/libs/$1/index.ts',
    '^@weir/platform/(.*)$': '<rootDir>/libs/platform/$1/index.ts',
    '^@weir/intake$': '<rootDir>/libs/stages/1-intake/index.ts',
    '^@weir/detection$': '<rootDir>/libs/stages/2-detection/index.ts',
    '^@weir/alerting$': '<rootDir>/libs/stages/3-alerting/index.ts',
    '^@weir/review$': '<rootDir>/libs/stages/4-review/index.ts',
  },
};

module.exports = {
  projects: [
    { ...shared, displayName: 'unit', rootDir: __dirname, testMatch: ['<rootDir>/{apps,libs,test}/**/*.unit.spec.ts'] },
    { ...shared, displayName: 'int', rootDir: __dirname, testMatch: ['<rootDir>/{apps,libs,test}/**/*.int.spec.ts'] },
    { ...shared, displayName: 'e2e', rootDir: __dirname, testMatch: ['<rootDir>/{apps,libs,test}/**/*.e2e.spec.ts'] },
    // What takes too long for every change: `npm run test:long` alone sets this.
    ...(process.env['WEIR_LONG'] === '1'
      ? [{ ...shared, displayName: 'long', rootDir: __dirname, testMatch: ['<rootDir>/test/**/*.long.spec.ts'] }]
      : []),
  ],
};

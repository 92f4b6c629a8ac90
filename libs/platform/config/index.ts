export * from './config';
export { ConfigError, type ConfigMistake } from './config-error';
export { generateConfigReference } from './config-reference';
export { describeConfig } from './describe-config';
export type { Environment } from './environment';
export { generatedSecret } from './generated-secret';
export { allInOnePort, loadConfig } from './load-config';
export { defaultMaxFuture } from './settings';

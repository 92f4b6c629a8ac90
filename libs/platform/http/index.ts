export { closeOnSignals } from './close-on-signals';
export { openApiDocument, type ApiTitle } from './openapi';
export { Problem, type ProblemDocument } from './problem';
export { startHttpApp, type HttpAppOptions, type RunningHttpApp } from './start-http-app';

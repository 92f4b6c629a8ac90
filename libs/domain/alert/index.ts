export * from './alert';
export * from './alert-events';
export * from './alert-hit';
export * from './alert-id';
export * from './placement';

export * from './model';
export * from './postgres';
export * from './redis';
export * from './prometheus';
export * from './kafka';

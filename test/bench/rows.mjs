/** Every row of the performance table that can be measured, in its order. */
import { checkpoint } from './checkpoint.mjs';
import { http } from './http.mjs';
import { inProcess } from './in-process.mjs';
import { kafka } from './kafka.mjs';
import { latency } from './latency.mjs';
import { redisSets } from './redis-sets.mjs';

export const rows = [
  ...inProcess.slice(0, 5),
  ...checkpoint,
  ...kafka,
  ...redisSets,
  ...latency,
  ...http,
  ...inProcess.slice(5),
];

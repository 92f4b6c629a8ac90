/** Every row of the performance table that can be measured, in its order. */
import { inProcess } from './in-process.mjs';

export const rows = [...inProcess];

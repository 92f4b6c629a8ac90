import type { Golden } from '../golden';
import { conditions } from './conditions';
import { lateness } from './lateness';
import { limits } from './limits';
import { order } from './order';
import { raising } from './raising';
import { windows } from './windows';

/** All golden timelines. */
export const timelines: readonly Golden[] = [...limits, ...order, ...windows, ...conditions, ...lateness, ...raising];

import { measureKind } from './measure';
import { totalOf } from './total';

/** `{sum: amount}`: the total; 0 where nothing counts. */
export const sum = measureKind('sum', (spec, inputs) => totalOf('sum', spec.sum, inputs, 'sum', (total) => total));

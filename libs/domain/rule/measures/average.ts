import { measureKind } from './measure';
import { totalOf } from './total';

/** `{average: amount}`: the total divided by how many count, exactly. */
export const average = measureKind('average', (spec, inputs) =>
  totalOf('average', spec.average, inputs, null, (total, facts) =>
    facts === 0 ? 'nothing-measured' : { dividend: total, divisor: facts, shift: 0 },
  ),
);

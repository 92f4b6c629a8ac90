import { textOf } from '../field';
import { having } from '../reading';
import { alike, countOf, type Look, type Measured } from './look';

/** `count`: how many window facts. */
export function count({ windowFacts }: Look): Measured {
  return countOf(windowFacts);
}

/** `distinct`: how many different values of the field. */
export function distinct({ windowFacts }: Look, field: string): Measured {
  const facts = having(windowFacts, field);
  const values = new Set(facts.map((fact) => textOf(fact, field)));
  return { ...countOf(facts), value: { over: BigInt(values.size), under: 1n } };
}

/** `turn`: the smaller of how many facts of the fact's own value went in and how many out. */
export function turn({ fact, windowFacts }: Look, field: string): Measured {
  const facts = alike(fact, field, having(windowFacts, field, 'direction'));
  const ins = facts.filter((one) => one.direction === 'in').length;
  const outs = facts.filter((one) => one.direction === 'out').length;
  return { ...countOf(facts), value: { over: BigInt(Math.min(ins, outs)), under: 1n } };
}

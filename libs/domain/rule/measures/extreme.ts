import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsInput, unitsOf } from '../unit';
import { measureKind, type Aggregate, type Measure, type Measured, type MeasureInputs } from './measure';

/** `{max: amount}`: the largest value. */
export const max = measureKind('max', (spec, inputs) => extremeOf('max', spec.max, inputs, (a, b) => a >= b));

/** `{min: amount}`: the smallest value. */
export const min = measureKind('min', (spec, inputs) => extremeOf('min', spec.min, inputs, (a, b) => a <= b));

type Beats = (a: number, b: number) => boolean;

function extremeOf(
  verb: string,
  subject: string,
  { currency, references, place }: MeasureInputs,
  beats: Beats,
): Measure<number, unknown> {
  const field = fieldOf(subject, below(place, 'measure', verb));
  const { unit, read } = unitsOf(field, currency, references, below(place, 'threshold'));
  return {
    unit,
    input: unitsInput(subject, currency),
    orderFree: false,
    contributes: 'numbers',
    contribution: read,
    own: () => 1,
    looking: { kind: 'aggregate', begin: () => new Extreme(beats) },
    shows: () => true,
    showsTrigger: false,
  };
}

interface Candidate {
  readonly value: number;
  /** The how-manieth that entered. */
  readonly number: number;
}

/** Values that no later one beats, the best first: each enters and leaves this queue once. */
class Extreme implements Aggregate<number, unknown> {
  private candidates: Candidate[] = [];
  private first = 0;
  private entered = 0;
  private left = 0;

  constructor(private readonly beats: Beats) {}

  enter(value: number): void {
    for (let last = this.candidates.at(-1); last !== undefined; last = this.candidates.at(-1)) {
      if (this.candidates.length === this.first || !this.beats(value, last.value)) break;
      this.candidates.pop();
    }
    this.candidates.push({ value, number: this.entered++ });
  }

  leave(): void {
    if (this.candidates[this.first]?.number === this.left++) this.first++;
    // What has left is cut off once it is the larger part: O(1) for each fact in the mean.
    if (this.first > 32 && this.first * 2 > this.candidates.length) {
      this.candidates = this.candidates.slice(this.first);
      this.first = 0;
    }
  }

  measured(): Measured {
    return this.candidates[this.first]?.value ?? 'nothing-measured';
  }

  shown(): number {
    return this.entered - this.left;
  }
}

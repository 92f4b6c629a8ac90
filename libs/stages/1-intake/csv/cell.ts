import { calendarFrom, formatInstant } from '@weir/domain';
import { Flaw, quoted } from '../steps/flaw';
import type { CsvTime, CsvValue } from './csv-map.schema';
import { TimePattern } from './time-pattern';
import { WallTime } from './wall-time';

/** A value for the JSON of a fact; undefined for an empty cell, which leaves the field out. */
export type CellValue = string | number | boolean | undefined;

/** Turns the text of a cell into a value. */
export type ReadCell = (text: string) => CellValue | Flaw;

const day = 86_400_000;
const longestEpoch = 16;

/** How cells of a field are read; `field` is its name, for messages. */
export function cellReader(field: string, value: CsvValue): ReadCell {
  const { words, time, number, decimal, grouping } = value;
  if (words !== undefined) return (text) => wordOf(field, words, text);
  if (time !== undefined) return timeReader(field, time);
  if (number === true || decimal !== undefined || grouping !== undefined) {
    return numberReader(field, decimal ?? '.', grouping, number === true);
  }
  return (text) => text;
}

function wordOf(field: string, words: NonNullable<CsvValue['words']>, text: string): CellValue | Flaw {
  if (Object.hasOwn(words, text)) return words[text];
  const known = Object.keys(words).map(quoted).join(', ');
  return new Flaw('invalid-value', `The cell for "${field}" is ${quoted(text)}; the mapping knows the words ${known}.`);
}

/** Numbers in the notation of the file become plain decimals; what does not fit the notation is refused, never guessed. */
function numberReader(field: string, decimal: string, grouping: string | undefined, asNumber: boolean): ReadCell {
  const [point, group] = [literal(decimal), grouping === undefined ? undefined : literal(grouping)];
  const whole = group === undefined ? '\\d+' : `\\d+|\\d{1,3}(?:${group}\\d{3})+`;
  const shape = new RegExp(`^(-?)(${whole})(?:${point}(\\d+))?$`);
  return (text) => {
    const found = shape.exec(text);
    if (found === null) {
      const notation = `decimals after "${decimal}"${grouping === undefined ? '' : `, thousands set apart by "${grouping}"`}`;
      const reason = field === 'amount' ? 'invalid-amount' : 'invalid-value';
      return new Flaw(reason, `The cell for "${field}" is ${quoted(text)}, which is no number with ${notation}.`);
    }
    const integer = (found[2] ?? '').replaceAll(grouping ?? '', '');
    const plain = `${found[1] ?? ''}${integer}${found[3] === undefined ? '' : `.${found[3]}`}`;
    return asNumber ? Number(plain) : plain;
  };
}

function timeReader(field: string, time: CsvTime): ReadCell {
  if (time === 'iso') return (text) => text;
  const instantOf = instantReader(time);
  return (text) => {
    const instant = instantOf(text);
    return typeof instant === 'number'
      ? formatInstant(instant)
      : new Flaw('invalid-time', `The cell for "${field}" is ${quoted(text)}, ${instant}.`);
  };
}

/** Gives the instant (ms), or in words what the text is not. */
function instantReader(time: Exclude<CsvTime, 'iso'>): (text: string) => number | string {
  if (time === 'epoch-seconds') return (text) => epoch(text, 3);
  if (time === 'epoch-milliseconds') return (text) => epoch(text, 0);
  if ('dayNumber' in time) {
    const { since, first } = time.dayNumber;
    const offset = Date.parse(`${since}T00:00:00Z`) / day - first;
    return (text) => {
      if (!/^-?\d{1,7}$/.test(text)) return 'which is no number of a day';
      return inRange(calendarFrom('day', time.zone, Number(text) + offset));
    };
  }
  const pattern = TimePattern.of(time.pattern);
  const clock = new WallTime(time.zone);
  return (text) => {
    const local = pattern.read(text);
    if (local === undefined) return `which is no time written as ${time.pattern}`;
    return clock.instantOf(local) ?? `a time that clocks in ${time.zone} skipped`;
  };
}

/** Reads whole or broken units of 10^−scale… of a second since 1970; finer than milliseconds is cut. */
function epoch(text: string, scale: 0 | 3): number | string {
  const found = /^(\d+)(?:\.(\d+))?$/.exec(text);
  const whole = found?.[1];
  if (whole === undefined || whole.length > longestEpoch) return 'which is no time since 1970';
  return inRange(Number(whole + (found?.[2] ?? '').padEnd(scale, '0').slice(0, scale)));
}

const inRange = (instant: number): number | string =>
  Math.abs(instant) <= 8.64e15 ? instant : 'a time that no calendar has';

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

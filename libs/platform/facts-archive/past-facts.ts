import type { FactsAtHome } from './facts-archive';
import { columns, columnsOf } from './rows';
import type { Span } from './spans';
import { toStored } from './storable-text';

/** A query with its values. */
export interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The fact that an arrival `a` is of, found through the one index by home key, in the table of its day. */
const factOfArrival = `join facts f on f.home_key = a.home_key and f.occurred_at = a.occurred_at and f.source = a.source and f.id = a.id`;

/** The event times that can matter to a question for facts at home. */
export function spanAtHome({ from, part }: FactsAtHome): Span {
  return { from, to: part?.which === 'old' ? Math.max(from, part.time) : Infinity };
}

/** Facts that arrived where they live: those that were first seen there, and those that came there another time. */
export function atHome({ topic, homes, part, order }: FactsAtHome, span: Span): Query {
  const values: unknown[] = [
    toStored(topic),
    homes.map(({ partition }) => partition),
    homes.map(({ before }) => before),
    ...bounds(span),
  ];
  if (part !== undefined) values.push(bounded(part.time), part.offset);
  const isOld = 'one."occurredAt" < $6 and one."offset" < $7';
  const which = part === undefined ? '' : part.which === 'old' ? `where ${isOld}` : `where not (${isOld})`;
  // The time of the fact itself is named in both, so that no other days are opened.
  const ofSpan = 'f.occurred_at >= $4 and f.occurred_at < $5';
  return {
    text: `select one.* from (
        select ${columns} from facts f join unnest($2::integer[], $3::bigint[]) as h (home, before) on f.partition = h.home
         where f.topic = $1 and f.home = f.partition and f."offset" < h.before and ${ofSpan}
        union all
        select ${columnsOf('a')} from fact_arrivals a
          join unnest($2::integer[], $3::bigint[]) as h (home, before) on a.partition = h.home ${factOfArrival}
         where a.topic = $1 and f.home = a.partition and a."offset" < h.before and ${ofSpan}
           and a.occurred_at >= $4 and a.occurred_at < $5
      ) one ${which}
      order by ${order === 'event' ? 'one."occurredAt", one.source, one.id' : 'one.partition, one."offset"'}`,
    values,
  };
}

/** Facts that were first seen in a partition in which they do not live, and have not arrived where they do; in the order of their arrival. */
export function strayed(topic: string, partition: number, before: number, span: Span): Query {
  return {
    text: `select ${columns} from facts f
      where f.topic = $1 and f.partition = $2 and f."offset" < $3 and f.home not in (-1, f.partition)
        and f.occurred_at >= $4 and f.occurred_at < $5
        and not exists (select from fact_arrivals a
          where a.source = f.source and a.id = f.id and a.topic = f.topic and a.partition = f.home)
      order by f."offset"`,
    values: [toStored(topic), partition, before, ...bounds(span)],
  };
}

/** Earliest time of facts of a home that were in time and had not arrived there before an offset. */
export function earliestSince(topic: string, home: number, offset: number, span: Span): Query {
  return {
    text: `select min(time) as time from (
        select min(f.occurred_at) as time from facts f
         where f.topic = $1 and f.home = $2 and f.partition = $2 and f."offset" >= $3 and not f.late
           and f.occurred_at >= $4 and f.occurred_at < $5
        union all
        select min(f.occurred_at) from facts f
         where f.topic = $1 and f.home = $2 and f.partition <> $2 and not f.late
           and f.occurred_at >= $4 and f.occurred_at < $5
           and not exists (select from fact_arrivals a
             where a.source = f.source and a.id = f.id and a.topic = f.topic and a.partition = f.home and a."offset" < $3)
      ) times`,
    values: [toStored(topic), home, offset, ...bounds(span)],
  };
}

/** Latest time of what upstream wrote to a partition before an offset, wherever it lives. */
export function watermarkAt(topic: string, partition: number, before: number, span: Span): Query {
  return {
    text: `select max(time) as time from (
        select max(f.occurred_at) as time from facts f
         where f.topic = $1 and f.partition = $2 and f."offset" < $3 and not f.moved
           and f.occurred_at >= $4 and f.occurred_at < $5
        union all
        select max(a.occurred_at) from fact_arrivals a
         where a.topic = $1 and a.partition = $2 and a."offset" < $3 and not a.moved
           and a.occurred_at >= $4 and a.occurred_at < $5
      ) times`,
    values: [toStored(topic), partition, before, ...bounds(span)],
  };
}

const bounds = ({ from, to }: Span): readonly number[] => [bounded(from), bounded(to)];

/** A time as the database compares it: what lies beyond all times there becomes the first or last of them. */
const bounded = (time: number): number => Math.min(Math.max(time, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);

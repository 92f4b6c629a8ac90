import type { WindowSql } from '../window.sql';
import { measuredQuery, spoiltBy, totalColumns, type MeasureSql } from './measure-sql';
import { sumSql } from './sum.sql';
import type { Windowed } from './windowed';

/**
 * The largest or smallest of those that count. A window of n rows is covered by two stretches of 2^k rows, one that ends
 * with its last row and one that begins with its first, where 2^k ≤ n < 2^(k+1); `reach<k>` is the extreme of the 2^k rows
 * that end with a row. So it takes n log n steps, where a frame that slides would begin anew with every row that it loses.
 */
export const extremeSql = (
  of: 'greatest' | 'least',
  field: string,
  currency: string | undefined,
  windowed: Windowed,
): MeasureSql => ({
  ...sumSql(field, currency, windowed),
  needsLongest: true,
  measured: (w, longest) => {
    const { total: _, ...columns } = totalColumns(w);
    const reaches = Math.ceil(Math.log2(longest + 1));
    return measuredQuery(
      { extreme: extreme(of, reaches) },
      { numerator: 'case when counted > 0 then extreme end', failure: spoiltBy, facts: 'counted' },
      `(${stretches(of, reaches, rowsOf(columns, w))})`,
    );
  },
});

const inPartition = 'over (partition by p order by seq)';

/** Members with what windows give and `held`, how many rows of the partition lie in the window. */
const rowsOf = (columns: Readonly<Record<string, string>>, w: WindowSql): string =>
  `select m.*, case when counts then units end as reach0, ${w.over('count(*)')} as held,
          ${Object.entries(columns)
            .map(([name, expression]) => `${expression} as ${name}`)
            .join(', ')}
   from member m`;

function stretches(of: string, reaches: number, rows: string): string {
  let query = rows;
  for (let k = 1; k < reaches; k++) {
    query = `select m.*, ${of}(reach${k - 1}, lag(reach${k - 1}, ${2 ** (k - 1)}) ${inPartition}) as reach${k} from (${query}) m`;
  }
  return query;
}

/** The rows of a window run from `held - 1` rows back: the first stretch ends `held - 2^k` rows back. */
const extreme = (of: string, reaches: number): string =>
  `case ${Array.from({ length: reaches }, (_, down) => reaches - 1 - down)
    .map((k) => `when held >= ${2 ** k} then ${of}(reach${k}, lag(reach${k}, (held - ${2 ** k})::int) ${inPartition})`)
    .join(' ')} end`;

import type { FactMessage } from '@weir/contracts';
import type { ClientBase } from 'pg';

/** A fact as it arrives: the message from upstream, and from which partition where there are several. */
export interface Arrival {
  readonly message: FactMessage;
  /** Default 0. */
  readonly partition?: number;
}

/** Facts in the order of their arrival. */
export type Arrivals = Iterable<Arrival> | AsyncIterable<Arrival>;

const batchSize = 2_000;

/**
 * Fills the temporary table `fact`: every name once, as it first arrived, numbered (`seq`) in the order of facts and marked
 * where it was late.
 * @param latenessMs the largest of all rules
 */
export async function loadFacts(sql: ClientBase, arrivals: Arrivals, latenessMs: number): Promise<void> {
  await sql.query(`
    drop table if exists fact, arrival;
    create temp table arrival (position bigserial, partition int, message jsonb)`);
  let batch: Arrival[] = [];
  const store = async (): Promise<void> => {
    await sql.query(
      `insert into arrival (partition, message)
       select coalesce((arrived ->> 'partition')::int, 0), arrived -> 'message'
       from jsonb_array_elements($1::jsonb) with ordinality as listed (arrived, place) order by place`,
      [JSON.stringify(batch)],
    );
    batch = [];
  };
  for await (const arrival of arrivals) {
    batch.push(arrival);
    if (batch.length === batchSize) await store();
  }
  await store();
  await sql.query(factsFrom(latenessMs));
}

const named = [
  ['kind', 'kind'],
  ['accountId', 'account_id'],
  ['customerId', 'customer_id'],
  ['counterpartyId', 'counterparty_id'],
  ['direction', 'direction'],
  ['type', 'type'],
  ['channel', 'channel'],
  ['currency', 'currency'],
  ['branchId', 'branch_id'],
  ['tellerId', 'teller_id'],
  ['deviceId', 'device_id'],
] as const;
const known = ['source', 'id', 'occurredAt', 'amount', 'attributes', ...named.map(([name]) => name)];

const factsFrom = (latenessMs: number): string => `
  create temp table fact as
  with named as (
    select distinct on (source, id) position, partition, message, source, id, at, oracle.ms(at) as t
    from (select *, coalesce(message ->> 'source', 'default') as source, message ->> 'id' as id,
                 oracle.instant(message ->> 'occurredAt') as at
          from arrival) arrived
    order by source, id, position
  ), marked as (
    select *, t < max(t) over (partition by partition order by position) - ${latenessMs} as late from named
  )
  select row_number() over (order by t, source collate "C", id collate "C") as seq,
         t, at, late, source, id,
         ${named.map(([name, column]) => `message ->> '${name}' as ${column}`).join(', ')},
         (message ->> 'amount')::numeric as amount,
         trunc((message ->> 'amount')::numeric, decimals)::text as amount_text,
         case jsonb_typeof(message -> 'attributes') when 'object' then message -> 'attributes' else '{}' end
           || (message - '{${known.join(',')}}'::text[]) as attributes
  from marked left join oracle.currency on code = message ->> 'currency'
  order by 1;
  create unique index on fact (seq);
  analyze fact`;

/** SQL type and column of the named text fields, by the name that rules use. */
export const textColumns: ReadonlyMap<string, string> = new Map([['source', 'source'], ['id', 'id'], ...named]);

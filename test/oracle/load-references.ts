import type { ReferenceDocument } from '@weir/contracts';
import type { ClientBase } from 'pg';

/** Latest time that a version without a successor governs. */
const forever = '9223372036854775807';

/**
 * Fills the temporary tables `list_value`, `table_value` and `rate`: every row with the span of `occurredAt` for which it is
 * valid, `[starts, ends)`.
 */
export async function loadReferences(sql: ClientBase, references: readonly ReferenceDocument[]): Promise<void> {
  await sql.query('drop table if exists reference, list_value, table_value, rate');
  await sql.query('create temp table reference (document jsonb, name text, version int, starts bigint, ends bigint)');
  await sql.query(
    `with named as (
       select document, (document ->> 'version')::int as version, oracle.ms(oracle.instant(document ->> 'effectiveFrom')) as starts,
              case when document ? 'list' then 'list ' || (document ->> 'list')
                   when document ? 'table' then 'table ' || (document ->> 'table')
                   else 'rates ' || (document ->> 'rates') end as name
       from jsonb_array_elements($1::jsonb) as documents (document))
     insert into reference
     select document, name, version, starts,
            coalesce((select min(later.starts) from named later where later.name = named.name and later.version > named.version),
                     ${forever})
     from named`,
    [JSON.stringify(references)],
  );
  await sql.query(spread);
}

const spread = `
  create temp table list_value as
  select document ->> 'list' as name, value, starts, ends
  from reference, jsonb_array_elements(document -> 'values') as listed (value)
  where document ? 'list' and starts < ends;
  create index on list_value (name, value);

  create temp table table_value as
  select document ->> 'table' as name, key, value::numeric as value, starts, ends
  from reference, jsonb_each_text(document -> 'values') as listed (key, value)
  where document ? 'table' and starts < ends;
  create index on table_value (name, key);

  create temp table rate as
  with dated as (
    select document ->> 'rates' as base, quoted ->> 'currency' as currency, (quoted ->> 'rate')::numeric as rate, starts, ends,
           oracle.ms(oracle.instant(quoted ->> 'from')) as valid_from, version
    from reference, jsonb_array_elements(document -> 'values') as listed (quoted)
    where document ? 'rates' and starts < ends
  ), spans as (
    select base, currency, rate, greatest(starts, valid_from) as starts,
           least(ends, lead(valid_from, 1, ${forever}) over (partition by base, version, currency order by valid_from)) as ends
    from dated
  )
  select * from spans where starts < ends;
  create index on rate (base, currency, starts);
  analyze list_value; analyze table_value; analyze rate`;

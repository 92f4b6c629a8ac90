import type { RuleDocument } from '@weir/contracts';
import type { ClientBase } from 'pg';

/** A version of a rule and the span of `occurredAt` that it governs, `[startsMs, endsMs)`, as SQL text. */
export interface GoverningVersion {
  readonly rule: RuleDocument;
  readonly starts: string;
  readonly ends: string;
}

/** When each version governs: from its `effectiveFrom` until that of any version with a higher number. */
export async function governingVersions(
  sql: ClientBase,
  rules: readonly RuleDocument[],
): Promise<readonly GoverningVersion[]> {
  const { rows } = await sql.query<{ place: string; starts: string; ends: string }>(
    `with version as (
       select place, document ->> 'id' as id, (document ->> 'version')::int as version,
              oracle.ms(oracle.instant(document ->> 'effectiveFrom')) as starts
       from jsonb_array_elements($1::jsonb) with ordinality as documents (document, place))
     select place::text, starts::text,
            coalesce((select min(later.starts) from version later where later.id = version.id and later.version > version.version),
                     9223372036854775807)::text as ends
     from version order by version.place`,
    [JSON.stringify(rules)],
  );
  return rows.flatMap(({ place, starts, ends }) => {
    const rule = rules[Number(place) - 1];
    return rule === undefined ? [] : [{ rule, starts, ends }];
  });
}

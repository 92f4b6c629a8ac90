/** Instants, local days, and when they begin. */
export const calendarFunctions = `
  -- ISO 8601 with an offset or Z; finer than milliseconds is cut.
  create or replace function oracle.instant(written text) returns timestamptz
  language sql immutable strict parallel safe as $$
    select regexp_replace(written, '\\.[0-9]+', '')::timestamptz
      + coalesce(rpad(left(substring(written from '\\.([0-9]+)'), 3), 3, '0')::int, 0) * interval '1 millisecond'
  $$;

  create or replace function oracle.ms(instant timestamptz) returns bigint
  language sql immutable strict parallel safe as $$ select trunc(extract(epoch from instant) * 1000)::bigint $$;

  create or replace function oracle.local_day(ms bigint, zone text) returns date
  language sql immutable strict parallel safe as $$
    select ((timestamptz 'epoch' + ms * interval '1 millisecond') at time zone zone)::date
  $$;

  -- The first instant after another at which it is that local day or a later one, and was an earlier one just before.
  -- A day that was skipped begins with the one after it; of a day in two pieces the first beginning counts.
  create or replace function oracle.day_begins(day date, zone text, after_ms bigint) returns bigint
  language plpgsql immutable strict parallel safe as $$
  declare
    midnight timestamp := day::timestamp;
    utc bigint := oracle.ms(midnight at time zone 'UTC');
    low bigint := greatest(utc - 172800000, after_ms);
    high bigint := utc + 172800000;
    middle bigint;
    found bigint;
  begin
    -- A midnight under any of the offsets that are in force about that day.
    select min(begins) into found
    from (select distinct utc - (oracle.ms((sample at time zone zone) at time zone 'UTC') - oracle.ms(sample)) as begins
          from generate_series(-48, 48) as hours,
               lateral (select (midnight at time zone 'UTC') + hours * interval '1 hour' as sample) sampled) candidates
    where begins > after_ms
      and oracle.local_day(begins, zone) >= day and oracle.local_day(begins - 1, zone) < day;
    if found is not null then return found; end if;
    -- The clocks jumped over midnight: the day begins with the jump.
    while high - low > 1 loop
      middle := (low + high) / 2;
      if oracle.local_day(middle, zone) >= day then high := middle; else low := middle; end if;
    end loop;
    return high;
  end
  $$;
`;

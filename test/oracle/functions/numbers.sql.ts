/**
 * Exact arithmetic: rounding half to even, reading decimals, writing units. Those that are asked of every fact are not
 * strict, since PostgreSQL puts only such into the query that calls them, which is ten times faster.
 */
export const numberFunctions = `
  -- numerator / denominator, rounded half to even. Whole numbers; denominator above 0.
  create or replace function oracle.half_even(numerator numeric, denominator numeric) returns numeric
  language sql immutable strict parallel safe as $$
    select quotient + case
      when 2 * rest > denominator or (2 * rest = denominator and mod(quotient, 2) <> 0) then 1 else 0 end
    from (select numerator - quotient * denominator as rest, quotient
          from (select div(numerator - mod(mod(numerator, denominator) + denominator, denominator), denominator)
                  as quotient) floored) split
  $$;

  -- A decimal rounded half to even to a whole number.
  create or replace function oracle.half_even(value numeric) returns numeric
  language sql immutable strict parallel safe as $$
    select oracle.half_even(trunc(value * ('1e' || scale(value))::numeric), ('1e' || scale(value))::numeric)
  $$;

  -- The number that a text writes as a plain decimal; null where it writes none.
  create or replace function oracle.plain_decimal(value text) returns numeric
  language sql immutable parallel safe as $$
    select case when value ~ '^-?[0-9]+(\\.[0-9]+)?$' then value::numeric end
  $$;

  -- The same of a JSON value: a number, or text that is a plain decimal.
  create or replace function oracle.plain_decimal(value jsonb) returns numeric
  language sql immutable parallel safe as $$
    select case jsonb_typeof(value)
      when 'number' then (value #>> '{}')::numeric
      when 'string' then oracle.plain_decimal(value #>> '{}') end
  $$;

  -- Whole units of a number at a scale; null where it has more decimals or is too large to be counted exactly.
  create or replace function oracle.units(value numeric, decimals int) returns numeric
  language sql immutable parallel safe as $$
    select case when scale(trim_scale(value)) <= decimals and abs(value) * ('1e' || decimals)::numeric <= 9007199254740991
      then trunc(value * ('1e' || decimals)::numeric) end
  $$;

  -- Units in words: all decimals for money, no zeros at the end otherwise.
  create or replace function oracle.written(units numeric, decimals int, money boolean) returns text
  language sql immutable strict parallel safe as $$
    select case when money then fixed::text else trim_scale(fixed)::text end
    from (select units * ('1e-' || decimals)::numeric as fixed) written
  $$;
`;

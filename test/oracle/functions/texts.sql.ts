/** How values are written where they are told apart as text: group values, `distinct`, `share`, `turn`, keys of tables. */
export const textFunctions = `
  -- A number as JSON writes it: with an exponent from 10^21 on and below 10^-6.
  create or replace function oracle.number_text(value numeric) returns text
  language plpgsql immutable strict parallel safe as $$
  declare
    plain text := trim_scale(abs(value))::text;
    digits text;
    exponent int;
  begin
    if value = 0 or (abs(value) >= 1e-6 and abs(value) < 1e21) then
      return trim_scale(value)::text;
    end if;
    exponent := case when abs(value) >= 1 then length(plain) - 1 else -length(substring(plain from '^0\\.(0*)')) - 1 end;
    digits := trim(both '0' from replace(plain, '.', ''));
    return case when value < 0 then '-' else '' end || left(digits, 1)
      || case when length(digits) > 1 then '.' || substr(digits, 2) else '' end
      || 'e' || case when exponent > 0 then '+' else '' end || exponent;
  end
  $$;

  -- Where a name stands among others by its UTF-16 units: characters beyond U+FFFF are written with those from U+D800 on.
  create or replace function oracle.utf16_place(name text) returns numeric[]
  language sql immutable strict parallel safe as $$
    select array_agg(case when code > 65535 then 55296 + (code - 65536) / 1048576.0 else code end order by place)
    from (select ascii(one) as code, place from regexp_split_to_table(name, '') with ordinality as split (one, place)) codes
  $$;

  -- JSON without white space, names sorted.
  create or replace function oracle.json_written(value jsonb) returns text
  language plpgsql immutable strict parallel safe as $$
  begin
    return case jsonb_typeof(value)
      when 'number' then oracle.number_text((value #>> '{}')::numeric)
      when 'array' then
        (select '[' || coalesce(string_agg(oracle.json_written(element), ',' order by place), '') || ']'
         from jsonb_array_elements(value) with ordinality as listed (element, place))
      when 'object' then
        (select '{' || coalesce(string_agg(to_json(name)::text || ':' || oracle.json_written(member), ','
                                           order by oracle.utf16_place(name)), '') || '}'
         from jsonb_each(value) as named (name, member))
      else value::text end;
  end
  $$;

  -- A JSON value as text: text as it is, everything else as JSON writes it.
  create or replace function oracle.json_text(value jsonb) returns text
  language sql immutable parallel safe as $$
    select case jsonb_typeof(value) when 'string' then value #>> '{}' else oracle.json_written(value) end
  $$;
`;

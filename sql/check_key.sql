-- $1: a table, $2: columns of a business key, $3: columns that are read and written to settle a
-- conflict; both as JSON arrays. Whether a unique index on the key alone, which an upsert may go
-- by, is there, and what else an upsert needs. indnkeyatts is Postgres 11's.
SELECT EXISTS (
         SELECT FROM pg_index i
         WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
           AND i.indpred IS NULL AND i.indexprs IS NULL
           AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C")
                FROM generate_series(0, coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts) - 1) AS place
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[place])
             = (SELECT array_agg(name ORDER BY name COLLATE "C") FROM jsonb_array_elements_text($2::jsonb) AS name)
       ) AS is_unique,
       rights.may_select,
       rights.may_update
FROM pg_class c
CROSS JOIN LATERAL (
  SELECT coalesce(bool_and(has_column_privilege(c.oid, a.attnum, 'SELECT')), true) AS may_select,
         coalesce(bool_and(has_column_privilege(c.oid, a.attnum, 'UPDATE')), true) AS may_update
  FROM pg_attribute a
  WHERE a.attrelid = c.oid AND NOT a.attisdropped
    AND a.attname IN (SELECT jsonb_array_elements_text($3::jsonb))
) AS rights
WHERE c.oid = to_regclass($1)

-- $1: a table. Its columns as the catalog knows them; of a domain, the type under it.
SELECT a.attname,
       b.oid::text AS base_type,
       CASE WHEN b.typname IN ('varchar', 'bpchar')
             AND (CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) > 4
            THEN (CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) - 4
       END AS width,
       format_type(a.atttypid, a.atttypmod) AS shown,
       a.attnotnull,
       a.atthasdef OR a.attidentity <> '' AS has_default,
       a.attidentity = 'a' AS is_generated
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum

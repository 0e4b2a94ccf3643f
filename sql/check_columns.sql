-- $1: a table. Its columns as the catalog knows them.
SELECT a.attname, t.typname,
       CASE WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND a.atttypmod > 4
            THEN a.atttypmod - 4 END AS width,
       format_type(a.atttypid, a.atttypmod) AS shown,
       a.attnotnull,
       a.atthasdef OR a.attidentity <> '' AS has_default
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum

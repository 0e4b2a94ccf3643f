-- $1: a table; $2: a column of it, or empty. Whether its rows have a place, whether we may read them, how
-- much there is to read, and whether an index begins with the column.
SELECT c.relkind IN ('r', 'p'), has_table_privilege(c.oid, 'SELECT'),
       (SELECT coalesce(sum(pg_relation_size(part)), 0)::bigint
        FROM (SELECT c.oid AS part
              UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = c.oid) AS parts),
       EXISTS (SELECT
               FROM pg_index i
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = c.oid AND i.indisvalid AND a.attname = $2)
FROM pg_class c
WHERE c.oid = to_regclass($1)

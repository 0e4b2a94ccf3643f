-- $1: a table. Whether it is there, what we may do with it, and whether a key keeps it unique.
SELECT has_schema_privilege(c.relnamespace, 'USAGE') AS may_use_schema,
       has_table_privilege(c.oid, 'INSERT') AS may_insert,
       has_table_privilege(c.oid, 'SELECT') AS may_select,
       c.relkind = 'p' AND NOT (pg_has_role(c.relowner, 'USAGE')
                                AND has_schema_privilege(c.relnamespace, 'CREATE')) AS days_by_other,
       EXISTS (SELECT FROM pg_index i
               WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL) AS is_unique
FROM pg_class c
WHERE c.oid = to_regclass($1)

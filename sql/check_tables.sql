-- $1: a table. Whether it is there, and what we may do to it.
SELECT c.relkind,
       has_schema_privilege(c.relnamespace, 'USAGE') AS may_use_schema,
       has_table_privilege(c.oid, 'INSERT') AS may_insert,
       has_table_privilege(c.oid, 'SELECT') AS may_select,
       pg_has_role(c.relowner, 'USAGE') AS may_change
FROM pg_class c
WHERE c.oid = to_regclass($1)

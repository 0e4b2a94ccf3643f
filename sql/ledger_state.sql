-- $1: the ledger. Its kind, what we may do with it, and the names of its partitions.
SELECT l.relkind,
       pg_has_role(l.relowner, 'USAGE') AS is_owner,
       has_schema_privilege(l.relnamespace, 'CREATE') AS may_create,
       p.relname AS partition,
       has_table_privilege(l.oid, 'DELETE') AND has_table_privilege(l.oid, 'SELECT') AS may_delete
FROM pg_class l
LEFT JOIN pg_inherits i ON i.inhparent = l.oid
LEFT JOIN pg_class p ON p.oid = i.inhrelid
WHERE l.oid = to_regclass($1)
ORDER BY p.relname

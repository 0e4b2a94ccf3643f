-- $1: the ledger, $2: the vault, $3: the quarantine. What the planner believes of their rows, partitions
-- included; NULL where nothing is there or was never analysed.
SELECT (SELECT sum(c.reltuples)::bigint
        FROM pg_class c
        WHERE c.reltuples >= 0 AND c.relkind = 'r'
          AND (c.oid = to_regclass(t.name)
               OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(t.name))))
FROM unnest(ARRAY[$1, $2, $3]::text[]) WITH ORDINALITY AS t(name, place)
ORDER BY t.place

-- $1: a ledger key. The row's xmin has the lower 32 bits of its transaction; of the upper ones it is
-- the latest that is not in the future. Between which marks that transaction was, and whose were
-- near enough to have been its writer's: a worker marks every five minutes.
WITH written AS (
  SELECT CASE WHEN low > current % 4294967296
              THEN (current / 4294967296 - 1) * 4294967296 + low
              ELSE current / 4294967296 * 4294967296 + low END AS xid
  FROM (SELECT xmin::text::bigint AS low, txid_snapshot_xmax(txid_current_snapshot()) AS current
        FROM {ledger} WHERE key = $1::uuid) AS row
), marks AS (
  SELECT first_xid AS xid, first_at AS at FROM {worker_marks}
  UNION ALL SELECT last_xid, last_at FROM {worker_marks}
), bounds AS (
  SELECT (SELECT max(at) FROM marks WHERE marks.xid <= written.xid) AS after,
         (SELECT min(at) FROM marks WHERE marks.xid > written.xid) AS before
  FROM written
)
SELECT floor(extract(epoch FROM after) * 1000)::bigint::text,
       ceil(extract(epoch FROM coalesce(before, now())) * 1000)::bigint::text,
       array_to_string(ARRAY(
         SELECT DISTINCT m.version || ' ' || m.config
         FROM {worker_marks} m
         WHERE m.first_at <= after AND m.last_at >= after - interval '6 minutes'
         ORDER BY 1), ',')
FROM bounds
WHERE after IS NOT NULL

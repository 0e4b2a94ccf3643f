-- How many messages came in the transaction of the ledger's key $1 and gave a row.
SELECT count(*)
FROM {ledger} AS l
WHERE l.xmin = (SELECT xmin FROM {ledger} WHERE key = $1::uuid)
  AND NOT EXISTS (SELECT FROM {quarantine} AS q WHERE q.ledger_key = l.key)

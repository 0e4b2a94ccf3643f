-- $1, $2: the first key and the one after the last to look at; $3: hex of the 80 bits of the message
-- id in a ledger key. No index helps with the id alone: without bounds this reads the whole ledger.
-- What the row met, and what became of that; a ledger may be from before it was noted.
SELECT l.key::text, coalesce(met.key, ''), coalesce(met.value::text, '')
FROM {ledger} AS l
LEFT JOIN LATERAL jsonb_each(nullif(to_jsonb(l) -> 'met', 'null')) AS met ON true
WHERE l.key >= $1::uuid AND l.key < $2::uuid
  AND substring(uuid_send(l.key) FROM 7) = decode($3, 'hex')
LIMIT 10

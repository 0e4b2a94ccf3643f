-- $1, $2: the first key and the one after the last to look at; $3: hex of the 80 bits of the message
-- id in a ledger key. No index helps with the id alone: without bounds this reads the whole ledger.
SELECT key::text
FROM {ledger}
WHERE key >= $1::uuid AND key < $2::uuid
  AND substring(uuid_send(key) FROM 7) = decode($3, 'hex')
LIMIT 10

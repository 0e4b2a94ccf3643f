-- $1..$5 as for quarantine_find.sql. $6: at most so many, by key; $7: after this key.
SELECT ledger_key::text, message_id, reason, coalesce(column_name, ''), encode(sealed_body, 'hex'),
       coalesce(floor(extract(epoch FROM sent_at) * 1000)::bigint::text, ''),
       floor(extract(epoch FROM received_at) * 1000)::bigint, receive_count
FROM {quarantine}
WHERE ($1 = '' OR reason = $1) AND ($2 = '' OR column_name = $2) AND ($3 = '' OR message_id = $3)
  AND quarantined_at >= coalesce(nullif($4, '')::timestamptz, '-infinity')
  AND quarantined_at < coalesce(nullif($5, '')::timestamptz, 'infinity')
  AND ledger_key > $7::uuid
ORDER BY ledger_key
LIMIT $6::bigint

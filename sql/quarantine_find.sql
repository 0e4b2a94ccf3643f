-- $1..$5: reason, column, message id, from, before; empty: any. $6: at most so many, newest first.
SELECT message_id, reason, coalesce(column_name, ''), coalesce(pointer, ''), coalesce(sqlstate, ''),
       body_bytes, receive_count,
       coalesce(to_char(sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
       to_char(quarantined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       config_fingerprint
FROM {quarantine}
WHERE ($1 = '' OR reason = $1) AND ($2 = '' OR column_name = $2) AND ($3 = '' OR message_id = $3)
  AND quarantined_at >= coalesce(nullif($4, '')::timestamptz, '-infinity')
  AND quarantined_at < coalesce(nullif($5, '')::timestamptz, 'infinity')
ORDER BY quarantined_at DESC, ledger_key DESC
LIMIT $6::bigint

-- $1..$5 as for quarantine_find.sql. $6: delete at most so many.
DELETE FROM {quarantine}
WHERE ledger_key = ANY (ARRAY(
  SELECT ledger_key
  FROM {quarantine}
  WHERE ($1 = '' OR reason = $1) AND ($2 = '' OR column_name = $2) AND ($3 = '' OR message_id = $3)
    AND quarantined_at >= coalesce(nullif($4, '')::timestamptz, '-infinity')
    AND quarantined_at < coalesce(nullif($5, '')::timestamptz, 'infinity')
  LIMIT $6::bigint))

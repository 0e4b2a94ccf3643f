-- $1..$5 as for quarantine_find.sql.
SELECT reason, count(*)
FROM {quarantine}
WHERE ($1 = '' OR reason = $1) AND ($2 = '' OR column_name = $2) AND ($3 = '' OR message_id = $3)
  AND quarantined_at >= coalesce(nullif($4, '')::timestamptz, '-infinity')
  AND quarantined_at < coalesce(nullif($5, '')::timestamptz, 'infinity')
GROUP BY reason
ORDER BY count(*) DESC, reason

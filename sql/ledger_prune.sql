-- $1: delete keys below this; $2: at most so many. Keys of time 0 (no SentTimestamp) have no age.
DELETE FROM {pruned}
WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM {pruned}
  WHERE key >= '00000000-0001-0000-0000-000000000000' AND key < $1::uuid
  LIMIT $2::bigint))

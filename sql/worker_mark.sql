-- $1: version, $2: fingerprint of the configuration.
INSERT INTO {worker_marks} AS mark (slot, version, config, first_xid, first_at, last_xid, last_at)
SELECT to_timestamp(floor(extract(epoch FROM now()) / 600) * 600), $1, $2,
       txid_current(), now(), txid_current(), now()
ON CONFLICT (slot, version, config) DO UPDATE
SET first_xid = least(mark.first_xid, excluded.first_xid),
    first_at = least(mark.first_at, excluded.first_at),
    last_xid = greatest(mark.last_xid, excluded.last_xid),
    last_at = greatest(mark.last_at, excluded.last_at)

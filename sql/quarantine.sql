-- Messages that gave no row: why, and the body sealed under the key. Nothing in clear.
CREATE TABLE IF NOT EXISTS {quarantine} (
  ledger_key uuid NOT NULL PRIMARY KEY,
  message_id text NOT NULL,
  reason text NOT NULL,
  column_name text,
  pointer text,
  sqlstate text,
  body_bytes bigint NOT NULL,
  receive_count integer NOT NULL,
  sent_at timestamptz,
  received_at timestamptz NOT NULL,
  config_fingerprint text NOT NULL,
  sealed_body bytea NOT NULL,
  quarantined_at timestamptz NOT NULL DEFAULT now()
);

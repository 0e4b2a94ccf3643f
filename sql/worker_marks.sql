-- Which version of moretta, with which configuration, wrote at which time and in which transactions:
-- a mark of each worker every few minutes, ten minutes to a row. With it `trace` tells when and by
-- whom a message was stored, though the ledger holds nothing but its key.
CREATE TABLE IF NOT EXISTS {worker_marks} (
  slot timestamptz NOT NULL,
  version text COLLATE "C" NOT NULL,
  config text COLLATE "C" NOT NULL,
  first_xid bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_xid bigint NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (slot, version, config)
);

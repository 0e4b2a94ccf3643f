-- How far the files of `moretta load` are stored: a row here moves in the transaction of their rows.
CREATE TABLE IF NOT EXISTS {load} (
  file_id text COLLATE "C" NOT NULL,
  range_begin bigint NOT NULL,
  range_end bigint NOT NULL,
  next_offset bigint NOT NULL,
  stored bigint NOT NULL,
  quarantined bigint NOT NULL,
  target text NOT NULL,
  path text NOT NULL,
  file_bytes bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (file_id, range_begin)
);

-- What became of each token when a column changed its key or method: for other tables that hold the
-- old ones. Rows without new_token are still to do.
CREATE TABLE IF NOT EXISTS {map} (
  domain text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL,
  old_token text COLLATE "C" NOT NULL,
  new_token text COLLATE "C",
  changed_at timestamptz,
  PRIMARY KEY (domain, target, old_token)
);

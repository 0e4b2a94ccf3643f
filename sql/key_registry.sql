-- Which key made tokens of which domain with which method. A key that comes under the id of another
-- is refused before it writes. The check value names a key and gives nothing of it away.
CREATE TABLE IF NOT EXISTS {key_registry} (
  id integer NOT NULL,
  kcv text COLLATE "C" NOT NULL,
  state text NOT NULL,
  domain text COLLATE "C" NOT NULL,
  method text COLLATE "C" NOT NULL,
  first_used timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, domain, method)
);

-- From a one-way token to its original, sealed under the key. Delete rows here to forget a person.
CREATE TABLE IF NOT EXISTS {vault} (
  domain text COLLATE "C" NOT NULL,
  token text COLLATE "C" NOT NULL,
  key_id integer NOT NULL,
  sealed text NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (domain, token)
);

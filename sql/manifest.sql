-- What was masked how: from when to when, how many messages, each column's method, domain and keys.
-- Counts and names, never a value or a token. Each record vouches for the one before it (mac), and
-- no role can change or delete one while the trigger stands.
CREATE TABLE IF NOT EXISTS {manifest} (
  seq bigint NOT NULL PRIMARY KEY,
  since text NOT NULL,
  at text NOT NULL,
  version text NOT NULL,
  config text NOT NULL,
  db_role text NOT NULL,
  stored bigint NOT NULL,
  duplicate bigint NOT NULL,
  quarantined bigint NOT NULL,
  masks text NOT NULL,
  key_id integer NOT NULL,
  kcv text NOT NULL,
  mac text NOT NULL
);
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger
                 WHERE tgrelid = {manifest_text}::regclass AND tgname = 'append_only') THEN
    CREATE OR REPLACE FUNCTION {append_only}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
      RAISE EXCEPTION 'records of % are never changed or deleted', TG_TABLE_NAME;
    END $body$;
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {manifest}
      FOR EACH STATEMENT EXECUTE PROCEDURE {append_only}();
  END IF;
END $$;

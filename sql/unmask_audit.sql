-- Who recovered what and why, written before the first value is shown. Each record vouches for the
-- one before it (mac), and no role can change or delete one while the trigger stands.
CREATE TABLE IF NOT EXISTS {unmask_audit} (
  seq bigint NOT NULL PRIMARY KEY,
  at text NOT NULL,
  who text NOT NULL,
  db_role text NOT NULL,
  reason text NOT NULL,
  ticket text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  count bigint NOT NULL,
  digests text NOT NULL,
  key_id integer NOT NULL,
  kcv text NOT NULL,
  mac text NOT NULL
);
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger
                 WHERE tgrelid = {unmask_audit_text}::regclass AND tgname = 'append_only') THEN
    CREATE OR REPLACE FUNCTION {append_only}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
      RAISE EXCEPTION 'records of % are never changed or deleted', TG_TABLE_NAME;
    END $body$;
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {unmask_audit}
      FOR EACH STATEMENT EXECUTE PROCEDURE {append_only}();
  END IF;
END $$;

-- Receipts of `moretta erase`: that something was erased, when and how much, never what. Rows are
-- only ever added.
CREATE TABLE IF NOT EXISTS {erasure} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  erased_at timestamptz NOT NULL DEFAULT now(),
  erased_by text NOT NULL DEFAULT session_user,
  reason text NOT NULL,
  table_name text NOT NULL,
  column_name text NOT NULL,
  token_digests text[] NOT NULL,
  cells bigint NOT NULL,
  vault_rows bigint NOT NULL,
  map_rows bigint NOT NULL
);
CREATE OR REPLACE FUNCTION {refuse}() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'receipts of erasure are only ever added'; END $$;
DROP TRIGGER IF EXISTS only_added ON {erasure};
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {erasure}
  FOR EACH STATEMENT EXECUTE PROCEDURE {refuse}();

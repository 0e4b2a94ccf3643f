-- Four roles that hold no more than their work needs. Give each to the people and programs that do
-- it (GRANT moretta_worker TO ...); the owner of the tables keeps their days and changes them.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'moretta_worker') THEN
    CREATE ROLE moretta_worker NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'moretta_analyst') THEN
    CREATE ROLE moretta_analyst NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'moretta_recovery') THEN
    CREATE ROLE moretta_recovery NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'moretta_replay') THEN
    CREATE ROLE moretta_replay NOLOGIN;
  END IF;
END $$;
REVOKE ALL ON {target}, {ledger}, {quarantine}, {vault}, {key_registry}, {unmask_audit},
  {load}, {worker_marks}, {manifest}
  FROM PUBLIC, moretta_worker, moretta_analyst, moretta_recovery, moretta_replay;

-- run, drain, load: writes rows, and reads nothing of them back. The ledger tells what was there
-- already; the registry, which keys wrote.
GRANT INSERT ON {target}, {quarantine}, {vault} TO moretta_worker;
GRANT SELECT, INSERT ON {ledger}, {key_registry}, {manifest} TO moretta_worker;
GRANT SELECT, INSERT, UPDATE ON {load} TO moretta_worker;  -- how far a file is loaded

GRANT SELECT, INSERT, UPDATE ON {worker_marks} TO moretta_worker;  -- which version wrote when

-- Analysts see tokens. Not the vault, not the quarantine.
GRANT SELECT ON {target} TO moretta_analyst;

-- moretta-unmask: finds tokens and sealed originals, and adds to the audit. Changes nothing.
GRANT SELECT ON {target}, {quarantine}, {vault}, {key_registry}, {manifest} TO moretta_recovery;
GRANT SELECT, INSERT ON {unmask_audit} TO moretta_recovery, moretta_replay;

-- moretta-unmask replay: a row for a record of the quarantine. The ledger's key becomes one of the same
-- transaction.
GRANT INSERT ON {target}, {vault} TO moretta_replay;
GRANT SELECT, DELETE ON {quarantine} TO moretta_replay;
GRANT SELECT, INSERT, UPDATE (met) ON {ledger} TO moretta_replay;
GRANT SELECT, INSERT ON {key_registry} TO moretta_replay;

-- Which messages are stored already: SentTimestamp (48 bits) and 80 bits of the message id. Postgres
-- 10 has no primary keys on partitioned tables, so old keys are deleted a few at a time.
CREATE TABLE IF NOT EXISTS {ledger} (key uuid NOT NULL PRIMARY KEY);
-- Of the few whose business key met another row: what that was. NULL takes no room.
ALTER TABLE {ledger} ADD COLUMN IF NOT EXISTS met jsonb;

-- Which messages are stored already: SentTimestamp (48 bits) and 80 bits of the message id, one range
-- of time a day, so that keeping it small is dropping a table. Days are made ahead by moretta; what
-- falls outside them goes to the default partition.
CREATE TABLE IF NOT EXISTS {ledger} (key uuid NOT NULL PRIMARY KEY) PARTITION BY RANGE (key);
CREATE TABLE IF NOT EXISTS {ledger_default} PARTITION OF {ledger} DEFAULT;
-- Of the few whose business key met another row: what that was. NULL takes no room.
ALTER TABLE {ledger} ADD COLUMN IF NOT EXISTS met jsonb;

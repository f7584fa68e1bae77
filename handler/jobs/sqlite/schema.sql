CREATE TABLE IF NOT EXISTS jobs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival
    id TEXT NOT NULL UNIQUE,
    chat_id INTEGER NOT NULL,
    heavy INTEGER NOT NULL DEFAULT 1,  -- 0 for those that come before the chat's others
    body TEXT NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,  -- deliveries whose work was begun, or failed
    visible_at REAL NOT NULL DEFAULT 0,  -- Unix time
    receipt TEXT,  -- of the delivery under way; NULL while the job waits
    owner TEXT,  -- the process that has it
    taken_at REAL
);
DROP INDEX IF EXISTS jobs_of_chat;
DROP INDEX IF EXISTS jobs_by_chat;
CREATE INDEX IF NOT EXISTS jobs_in_order ON jobs (chat_id, heavy, position, receipt);
CREATE TABLE IF NOT EXISTS turns (
    chat_id INTEGER PRIMARY KEY,
    turn INTEGER NOT NULL  -- the chat with the lowest is next
);
CREATE TABLE IF NOT EXISTS finished (id TEXT PRIMARY KEY, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (
    key TEXT PRIMARY KEY,
    expires REAL NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT ''  -- who may claim it again
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_by_age ON claims (expires);
-- Of version 1: what it remembers is made again.
DROP TABLE IF EXISTS results;
CREATE TABLE IF NOT EXISTS sent (
    key TEXT PRIMARY KEY,
    result TEXT NOT NULL,  -- JSON
    used INTEGER NOT NULL  -- the one with the lowest was used longest ago
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_by_use ON sent (used);
CREATE TABLE IF NOT EXISTS counters (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    expires REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS counters_by_age ON counters (expires);
CREATE TABLE IF NOT EXISTS memory (
    person INTEGER NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    note TEXT NOT NULL,  -- a JSON object
    expires REAL,  -- NULL for until it is forgotten
    PRIMARY KEY (person, topic, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS memory_by_age ON memory (expires);
CREATE TABLE IF NOT EXISTS open_jobs (
    chat_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    person_id INTEGER NOT NULL,  -- who may cancel it
    state TEXT NOT NULL,
    body TEXT,  -- NULL when it is closed, or not known yet
    expires REAL NOT NULL,
    PRIMARY KEY (chat_id, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_jobs_by_age ON open_jobs (expires);

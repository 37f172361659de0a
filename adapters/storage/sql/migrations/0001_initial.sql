-- Times are microseconds since 1970 in UTC. JSON columns hold core's models, with every field written out.

CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY, -- the order of arrival
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    request TEXT NOT NULL,
    origin TEXT UNIQUE,
    price INTEGER NOT NULL CHECK (price >= 0),
    work INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    revision INTEGER NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    lease_id TEXT,
    lease_worker TEXT,
    lease_expires_at INTEGER,
    progress_step INTEGER,
    progress_steps INTEGER,
    response TEXT,
    started_at INTEGER,
    completed_at INTEGER,
    CONSTRAINT leased_while_processing CHECK ((status = 'processing') = (lease_id IS NOT NULL)),
    CONSTRAINT whole_lease CHECK (
        (lease_id IS NULL) = (lease_worker IS NULL) AND (lease_id IS NULL) = (lease_expires_at IS NULL)
    ),
    CONSTRAINT whole_progress CHECK ((progress_step IS NULL) = (progress_steps IS NULL)),
    CONSTRAINT ended_at_a_time CHECK ((status IN ('pending', 'processing')) = (completed_at IS NULL))
) STRICT;

-- Every index ends with the row's seq by itself, so ties are in order of arrival.
CREATE INDEX tasks_claim ON tasks (priority DESC, rank) WHERE status = 'pending';
CREATE INDEX tasks_leased ON tasks (lease_expires_at) WHERE status = 'processing';
CREATE INDEX tasks_ended ON tasks (completed_at, status) WHERE completed_at IS NOT NULL;
CREATE INDEX tasks_account ON tasks (account);
CREATE INDEX tasks_account_live ON tasks (account, status, priority, rank)
WHERE status IN ('pending', 'processing');

-- Which pictures a task needs, as an input or an output: what no row names may be deleted.
CREATE TABLE task_images (
    task TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    image TEXT NOT NULL,
    PRIMARY KEY (task, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_images_image ON task_images (image);

CREATE TABLE queue (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
    served_rank INTEGER NOT NULL
) STRICT;
INSERT INTO queue (id, paused, served_rank) VALUES (1, 0, 0);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `task` refers to nothing: the ledger outlives the tasks.
CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    task TEXT,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_account ON ledger (account);

CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY, -- the order of arrival
    task TEXT NOT NULL UNIQUE REFERENCES tasks (id) ON DELETE CASCADE,
    platform TEXT NOT NULL,
    chat TEXT NOT NULL,
    message TEXT,
    thread TEXT,
    revision INTEGER NOT NULL,
    shown_revision INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    not_before INTEGER,
    closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)) -- a copy of "the task has ended", for the order of what is due
) STRICT;
CREATE INDEX deliveries_open ON deliveries (platform) WHERE closed = 0;
CREATE INDEX deliveries_due ON deliveries (platform, ended DESC, seq)
WHERE closed = 0 AND shown_revision < revision;
CREATE INDEX deliveries_postponed ON deliveries (platform, not_before)
WHERE closed = 0 AND shown_revision < revision AND not_before IS NOT NULL;

-- Messages of deleted tasks, to be taken out of their chats. '' stands for no thread, so that a message has one row.
CREATE TABLE removals (
    seq INTEGER PRIMARY KEY, -- the order of arrival
    platform TEXT NOT NULL,
    chat TEXT NOT NULL,
    message TEXT NOT NULL,
    thread TEXT NOT NULL,
    failures INTEGER NOT NULL,
    not_before INTEGER,
    UNIQUE (platform, chat, message, thread)
) STRICT;

-- What a platform has handed over. A handled one stays without its payload: its key must not be taken again.
CREATE TABLE received (
    seq INTEGER PRIMARY KEY, -- the order of arrival
    platform TEXT NOT NULL,
    key TEXT NOT NULL,
    chat TEXT NOT NULL,
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    handled_at INTEGER,
    UNIQUE (platform, key)
) STRICT;
CREATE INDEX received_waiting ON received (platform) WHERE handled_at IS NULL;
CREATE INDEX received_handled ON received (handled_at) WHERE handled_at IS NOT NULL;

CREATE TABLE notes (
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    put_at INTEGER NOT NULL,
    PRIMARY KEY (platform, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_chat ON deliveries (platform, chat);

-- A message that shows nothing yet comes before news for one that does.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (platform, ended DESC, (shown_revision > 0), seq)
WHERE closed = 0 AND shown_revision < revision;

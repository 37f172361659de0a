-- name: columns
d.task, d.platform, d.chat, d.message, d.thread, d.revision, d.shown_revision, d.failures, d.not_before, d.closed

-- name: get
SELECT {columns} FROM deliveries AS d WHERE d.task = ?;

-- name: add
INSERT INTO deliveries (
    task, platform, chat, message, thread, revision, shown_revision, failures, not_before, closed, ended
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    (SELECT COUNT(*) FROM tasks WHERE tasks.id = ? AND tasks.completed_at IS NOT NULL)
);

-- name: update
UPDATE deliveries
SET
    platform = ?, chat = ?, message = ?, thread = ?, revision = ?, shown_revision = ?, failures = ?,
    not_before = ?, closed = ?
WHERE task = ?;

-- name: delete
DELETE FROM deliveries WHERE task = ?;

-- name: raise_revision
UPDATE deliveries
SET
    revision = ?,
    ended = (SELECT COUNT(*) FROM tasks WHERE tasks.id = deliveries.task AND tasks.completed_at IS NOT NULL)
WHERE task = ? AND revision < ?;

-- name: due
SELECT {columns} FROM deliveries AS d
WHERE
    d.platform = ? AND d.closed = 0 AND d.shown_revision < d.revision
    AND (d.not_before IS NULL OR d.not_before <= ?)
ORDER BY d.ended DESC, (d.shown_revision > 0), d.seq LIMIT ?;

-- name: waiting
-- The queue is walked in claim order and asked for its deliveries, so that a limit ends the walk.
SELECT {columns} FROM tasks CROSS JOIN deliveries AS d ON d.task = tasks.id
WHERE tasks.status = 'pending' AND d.platform = ? AND d.closed = 0
ORDER BY tasks.priority DESC, tasks.rank, tasks.seq LIMIT ?;

-- name: in_chat
SELECT {columns} FROM deliveries AS d
WHERE d.platform = ? AND d.chat = ? ORDER BY d.seq DESC LIMIT ?;

-- name: next_due
SELECT MIN(d.not_before) FROM deliveries AS d
WHERE d.platform = ? AND d.closed = 0 AND d.shown_revision < d.revision AND d.not_before IS NOT NULL;

-- name: open_count
SELECT COUNT(*) FROM deliveries AS d WHERE d.platform = ? AND d.closed = 0;

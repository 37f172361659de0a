-- A status is a literal wherever a partial index depends on it: a bound one is planned anew at every call.

-- name: columns
id, request, price, created_at, priority, rank, status, revision, attempts,
lease_id, lease_worker, lease_expires_at, progress_step, progress_steps, progress_position, progress_seconds,
response, started_at, completed_at

-- name: get
SELECT {columns} FROM tasks WHERE id = ?;

-- name: by_origin
SELECT {columns} FROM tasks WHERE origin = ?;

-- name: add
INSERT INTO tasks (
    account, origin, work, {columns}
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_image
INSERT INTO task_images (task, image) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: update
UPDATE tasks
SET
    status = ?, revision = ?, attempts = ?, lease_id = ?, lease_worker = ?, lease_expires_at = ?,
    progress_step = ?, progress_steps = ?, progress_position = ?, progress_seconds = ?,
    response = ?, started_at = ?, completed_at = ?
WHERE id = ? AND revision < ?;

-- name: delete
DELETE FROM tasks WHERE id = ?;

-- name: next_pending
SELECT {columns} FROM tasks
WHERE status = 'pending' ORDER BY priority DESC, rank, seq LIMIT ?;

-- name: queue
SELECT id, work FROM tasks
WHERE status = 'pending' ORDER BY priority DESC, rank, seq LIMIT ?;

-- name: renew
UPDATE tasks SET lease_expires_at = ?
WHERE id = ? AND lease_id = ? AND status = 'processing';

-- name: leased
SELECT {columns} FROM tasks
WHERE status = 'processing' ORDER BY lease_expires_at, seq;

-- name: expired
SELECT {columns} FROM tasks
WHERE status = 'processing' AND lease_expires_at <= ? ORDER BY lease_expires_at, seq;

-- name: processing
SELECT {columns} FROM tasks
WHERE status = 'processing' ORDER BY started_at, seq;

-- name: for_account
SELECT {columns} FROM tasks
WHERE account = ? ORDER BY seq DESC LIMIT ?;

-- name: for_account_live
-- Few rows: the plus has them sorted, or they would be looked for in the whole of the account's history.
SELECT {columns} FROM tasks
WHERE account = ? AND status IN ('pending', 'processing') AND status IN (SELECT value FROM json_each(?))
ORDER BY +seq DESC LIMIT ?;

-- name: for_account_in
SELECT {columns} FROM tasks
WHERE account = ? AND status IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ?;

-- name: standing
SELECT
    (SELECT COUNT(*) FROM tasks WHERE account = ? AND status IN ('pending', 'processing')),
    (SELECT COUNT(*) FROM (SELECT 1 FROM tasks WHERE status = 'pending' LIMIT ?)),
    COALESCE((SELECT rank FROM served WHERE priority = ?), 0),
    COALESCE((
        SELECT MAX(rank) FROM tasks
        WHERE account = ? AND status = 'pending' AND status IN ('pending', 'processing') AND priority = ?
    ), 0);

-- name: finished_before
SELECT {columns} FROM tasks
WHERE completed_at < ? ORDER BY completed_at LIMIT ?;

-- name: recent_durations
SELECT work, completed_at - started_at FROM tasks
WHERE completed_at IS NOT NULL AND status = 'completed' ORDER BY completed_at DESC LIMIT ?;

-- name: unreferenced
SELECT wanted.value FROM json_each(?) AS wanted
WHERE NOT EXISTS (SELECT 1 FROM task_images WHERE task_images.image = wanted.value);

-- name: counts
SELECT 'pending', COUNT(*) FROM tasks WHERE status = 'pending'
UNION ALL SELECT 'processing', COUNT(*) FROM tasks WHERE status = 'processing'
UNION ALL SELECT 'completed', COUNT(*) FROM tasks WHERE completed_at IS NOT NULL AND status = 'completed'
UNION ALL SELECT 'failed', COUNT(*) FROM tasks WHERE completed_at IS NOT NULL AND status = 'failed'
UNION ALL SELECT 'cancelled', COUNT(*) FROM tasks WHERE completed_at IS NOT NULL AND status = 'cancelled';

-- name: count_pending
SELECT COUNT(*) FROM (SELECT 1 FROM tasks WHERE status = 'pending' LIMIT ?); -- -1 is no limit

-- name: raise_served_rank
INSERT INTO served (priority, rank) VALUES (?, ?)
ON CONFLICT (priority) DO UPDATE SET rank = excluded.rank WHERE excluded.rank > served.rank;

-- name: is_paused
SELECT paused FROM queue;

-- name: set_paused
UPDATE queue SET paused = ?;

-- name: add
INSERT INTO removals (platform, chat, message, thread, failures) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING;

-- name: due
SELECT platform, chat, message, thread, failures, not_before FROM removals
WHERE platform = ? AND (not_before IS NULL OR not_before <= ?) ORDER BY seq LIMIT ?;

-- name: next_due
SELECT MIN(not_before) FROM removals WHERE platform = ?;

-- name: update
UPDATE removals SET failures = ?, not_before = ?
WHERE platform = ? AND chat = ? AND message = ? AND thread = ?;

-- name: finish
DELETE FROM removals WHERE platform = ? AND chat = ? AND message = ? AND thread = ?;

-- name: get
SELECT text FROM notes WHERE platform = ? AND name = ?;

-- name: put
INSERT INTO notes (platform, name, text, put_at) VALUES (?, ?, ?, ?)
ON CONFLICT (platform, name) DO UPDATE SET text = excluded.text, put_at = excluded.put_at;

-- name: delete
DELETE FROM notes WHERE platform = ? AND name = ?;

-- name: forget_before
DELETE FROM notes WHERE platform = ? AND substr(name, 1, ?) = ? AND put_at < ?;

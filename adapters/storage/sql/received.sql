-- name: add
INSERT INTO received (platform, key, chat, payload, received_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING;

-- name: waiting
SELECT platform, key, chat, payload, received_at FROM received
WHERE seq IN (
    SELECT seq FROM (
        SELECT seq, ROW_NUMBER() OVER (PARTITION BY chat ORDER BY seq) AS place FROM received
        WHERE platform = ? AND handled_at IS NULL
    ) WHERE place <= ?
) ORDER BY seq LIMIT ?;

-- name: finish
UPDATE received SET handled_at = ?, payload = ''
WHERE platform = ? AND key IN (SELECT value FROM json_each(?)) AND handled_at IS NULL;

-- name: forget_before
DELETE FROM received WHERE handled_at IS NOT NULL AND handled_at < ?;

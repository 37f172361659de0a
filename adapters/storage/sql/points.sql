-- name: columns
key, account, kind, amount, source, target, created_at, task, note

-- name: get
SELECT id, balance, held, created_at FROM accounts WHERE id = ?;

-- name: add
INSERT INTO accounts (id, balance, held, created_at) VALUES (?, ?, ?, ?);

-- name: update
UPDATE accounts SET created_at = ? WHERE id = ?;

-- name: delete
DELETE FROM accounts WHERE id = ?;

-- name: move
-- Before the ledger's row: whatever refuses the movement has then written nothing.
UPDATE accounts SET balance = balance + ?, held = held + ?
WHERE
    id = ? AND balance + ? >= 0 AND held + ? >= 0
    AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.key = ?);

-- name: append
INSERT INTO ledger ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: entry
SELECT {columns} FROM ledger WHERE key = ?;

-- name: entries
SELECT {columns} FROM ledger WHERE account = ? ORDER BY seq DESC LIMIT ?;

-- name: unbalanced
SELECT accounts.id FROM accounts LEFT JOIN ledger ON ledger.account = accounts.id
GROUP BY accounts.id
HAVING
    accounts.balance != COALESCE(SUM(ledger.amount * ((ledger.target = 'balance') - (ledger.source = 'balance'))), 0)
    OR accounts.held != COALESCE(SUM(ledger.amount * ((ledger.target = 'held') - (ledger.source = 'held'))), 0)
ORDER BY accounts.id;

-- How far the queue has been served, for each priority by itself: those of one must not wait for another's.

CREATE TABLE served (
    priority INTEGER PRIMARY KEY,
    rank INTEGER NOT NULL
) STRICT;

-- The first that waits is the next to be served, so new tasks rank as they would have beside it.
INSERT INTO served (priority, rank)
SELECT priority, MIN(rank) - 1 FROM tasks WHERE status = 'pending' GROUP BY priority;

ALTER TABLE queue DROP COLUMN served_rank;

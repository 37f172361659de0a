-- What an engine says while a task waits in its own queue: the place there, and the seconds until the picture.

ALTER TABLE tasks ADD COLUMN progress_position INTEGER;
ALTER TABLE tasks ADD COLUMN progress_seconds REAL;

"""``easel migrate``: brings the database up to date. ``easel run`` does the same at its start."""

from __future__ import annotations

import sys

from adapters.storage.migrations import Migrator
from bot.data_folder import prepared_folder
from bot.settings_errors import BadSettingsError, read_settings
from core.errors import CoreError
from core.presentation.messages import say_error


def migrate() -> int:
    """Apply what is missing, name it, and return the exit code."""
    try:
        path = read_settings().storage.path
        with prepared_folder(path):
            applied = Migrator().migrate(path)
    except BadSettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    except CoreError as error:
        print(say_error(error), file=sys.stderr)
        return 1
    for name in applied:
        print(f"{path}: applied {name}")
    if not applied:
        print(f"{path}: up to date")
    return 0

"""The commands that Easel comes with. A new one is a handler and a line here."""

from __future__ import annotations

from core.commands import account, admin, generate, pictures, tasks
from core.commands.registry import Registry


def builtin_registry() -> Registry:
    """Return the registry of all built-in commands, in the order in which help lists them."""
    return Registry(
        (
            generate.GENERATE,
            tasks.STATUS,
            tasks.CANCEL,
            tasks.SHOW,
            tasks.AGAIN,
            pictures.EDIT,
            pictures.VARY,
            pictures.UPSCALE,
            pictures.USE,
            pictures.DETAILS,
            pictures.DELETE,
            tasks.HISTORY,
            generate.PRICE,
            account.POINTS,
            account.HELP,
            account.START,
            admin.GRANT,
            admin.REVOKE,
            admin.QUEUE,
            admin.PAUSE,
            admin.RESUME,
            admin.RELOAD,
            admin.STATS,
        ),
        default=generate.GENERATE,
    )

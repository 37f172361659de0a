"""Buttons under messages.

What a button hands back is an `Action.code`: the command, the task's id, the picture's number. The task's id
is the short id in our own table, so that a button works after any restart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message

from core.ids import TaskId
from core.presentation.on_telegram import AS_FILE, AS_FILES
from core.presentation.views import Action, StatusView, arguments_of

FILE = "file"
"""The adapter's own action: send the originals."""

DATA_MOST = 64
"""Bytes that a button may hand back."""

Rows = tuple[tuple[tuple[str, str], ...], ...]
"""Rows of labels with what they hand back."""


def rows_of(view: StatusView) -> Rows:
    """Return the view's buttons, and one for the original pictures."""
    rows = [list(row) for row in view.actions]
    if view.images:
        label = AS_FILE if len(view.images) == 1 else AS_FILES
        action = Action(FILE, view.task, label)
        if rows and len(view.images) == 1:
            rows[0].append(action)
        elif rows:
            rows.insert(len(rows) - 1, [action])
        else:
            rows.append([action])
    return tuple(
        tuple((one.label, one.code) for one in row if len(one.code.encode()) <= DATA_MOST) for row in rows
    )


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return the keyboard as the library has it; None for none."""
    kept = [[InlineKeyboardButton(label, callback_data=code) for label, code in row] for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None


def codes_of(message: Message) -> Iterator[str]:
    """Yield what the buttons under a message hand back."""
    keyboard = message.reply_markup
    for row in keyboard.inline_keyboard if keyboard else ():
        for button in row:
            data: Any = button.callback_data
            if isinstance(data, str):
                yield data


def task_under(message: Message) -> TaskId | None:
    """Return the task whose card the message is; None for any other message."""
    for code in codes_of(message):
        found = arguments_of(code)
        if found is not None:
            return found[1]
    return None

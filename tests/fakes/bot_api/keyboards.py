"""Keyboards below messages."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.errors import bad_request

MAX_BUTTONS = 100
MAX_DATA = 64
MAX_ROW = 8
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def inline_keyboard(markup: Any) -> dict[str, Any] | None:
    """Return the inline keyboard to keep with a message, None for no keyboard or another kind of one."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup", breaks="markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays', breaks="markup")
    kept = [[_button(one) for one in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in kept):
        raise bad_request("REPLY_MARKUP_TOO_LONG", breaks="buttons")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not button.get("text"):
        raise bad_request("BUTTON_TEXT_EMPTY", breaks="button_text")
    action = next((one for one in ACTIONS if one in button), None)
    if action is None:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            breaks="button_action",
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID", breaks="button_data")
    if action == "url" and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad_request("BUTTON_URL_INVALID", breaks="button_url")
    return dict(button)

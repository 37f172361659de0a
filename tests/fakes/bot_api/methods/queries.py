"""Answers to presses and inline queries."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.errors import bad_request
from tests.fakes.bot_api.keyboards import inline_keyboard
from tests.fakes.bot_api.media import Kind
from tests.fakes.bot_api.methods.content import caption_of, message_text
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import CallbackAnswer, World

MAX_ANSWER = 200
MAX_RESULTS = 50
MAX_RESULT_ID = 64
CACHED: dict[str, Kind] = {"photo_file_id": "Photo", "document_file_id": "Document"}


async def answer_callback_query(world: World, params: Params) -> Any:
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG", breaks="answer_length")
    answer = CallbackAnswer(text, params.flag("show_alert"), params.get("url"))
    world.answer(params.text("callback_query_id"), answer)
    return True


async def answer_inline_query(world: World, params: Params) -> Any:
    results = params.get("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results", breaks="inline_results")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH", breaks="inline_results")
    names = [str(one.get("id", "")) for one in results]
    if len(set(names)) < len(names):
        raise bad_request("RESULT_ID_DUPLICATE", breaks="inline_results")
    for one in results:
        _check(world, one)
    world.answer(params.text("inline_query_id"), results)
    return True


def _check(world: World, result: dict[str, Any]) -> None:
    if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID", breaks="inline_results")
    inline_keyboard(result.get("reply_markup"))
    for field, kind in CACHED.items():
        if field in result:
            world.files.again(result[field], kind)
            caption_of(result)
    if result.get("type") == "article" and not result.get("title"):
        raise bad_request("can't parse inline query result: title is missing", breaks="inline_results")
    content = result.get("input_message_content")
    if content and "message_text" in content:
        message_text(Params({**content, "text": content["message_text"]}, {}))
    elif result.get("type") == "article":
        raise bad_request("MESSAGE_EMPTY", breaks="inline_results")


METHODS = {"answerCallbackQuery": answer_callback_query, "answerInlineQuery": answer_inline_query}

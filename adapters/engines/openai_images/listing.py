"""The models that a server says it has."""

from __future__ import annotations

from typing import Any

from adapters.engines.openai_images.refusals import raise_unless_alive
from adapters.engines.wire.connection import Answer, Connection, Timeouts
from core.errors import EngineUnavailableError

MODELS_MOST = 36
"""A server with more of them has models of all sorts, and does not say which make pictures."""

ANSWER_MOST = 4 * 2**20
"""Bytes."""

TIMEOUTS = Timeouts(connect=5, read=10, total=15)


_NO_LIST = {404, 405}
_REDIRECTS = range(300, 400)


async def listed_models(server: Connection, *, may_have_none: bool) -> tuple[str, ...]:
    """Return the ids; none where the server has no such list, which it may, or too long a one.

    Raises `EngineError`s where it can't be reached or takes no work, and `EngineUnavailableError` with the
    reason `not_openai` where something else answers.
    """
    answer = await server.send("GET", "/models", timeouts=TIMEOUTS, answer_most=ANSWER_MOST)
    raise_unless_alive(answer)
    body = answer.json_or_none() if answer.ok else None
    if _is_foreign(answer, body, may_have_none=may_have_none):
        raise EngineUnavailableError(reason="not_openai", status=answer.status)
    found = ids_in(body)
    return found if len(found) <= MODELS_MOST else ()


def ids_in(body: Any) -> tuple[str, ...]:
    """Return the ids of OpenAI's list of models, or of a bare list of such; what is odd is left out."""
    items = body.get("data") if isinstance(body, dict) else body
    ids = [item.get("id") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return tuple(dict.fromkeys(one for one in ids if isinstance(one, str) and 0 < len(one) <= 100))  # noqa: PLR2004 - as `Name`


def _is_foreign(answer: Answer, body: Any, *, may_have_none: bool) -> bool:
    """Say whether this is clearly no server of this API: a page, a redirect, JSON of another kind."""
    if answer.ok:
        return not (isinstance(body, list) or (isinstance(body, dict) and "data" in body))
    return answer.status in _REDIRECTS or (answer.status in _NO_LIST and not may_have_none)

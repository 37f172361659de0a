"""Discord's own OpenAPI document as a judge of what the bot sends, where it is at hand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from simcord.types import HttpLogEntry

_SPECS = Path(os.environ.get("EASEL_SPECS", Path(__file__).parents[4] / "shared" / "specs"))
DOCUMENT = _SPECS / "discord-openapi.json"

CONTENT_MOST = 2000
"""Of a bot's message; the document allows 4,000."""


def misfits(requests: Iterable[HttpLogEntry]) -> list[str]:
    """Return what is wrong with the requests; nothing where the document is not there."""
    if not DOCUMENT.exists():
        return []
    return [problem for one in requests if one.json is not None for problem in _misfits(one)]


def _misfits(request: HttpLogEntry) -> list[str]:
    validator = _validator(request.method.lower(), _template(request.path))
    payload = _as_document_says(json.loads(json.dumps(request.json)))
    where = f"{request.method} {request.path}"
    problems = [f"{where}: {error.json_path}: {error.message}" for error in validator.iter_errors(payload)]
    data = payload.get("data", payload) if isinstance(payload, dict) else {}
    if isinstance(data, dict) and len(data.get("content") or "") > CONTENT_MOST:
        problems.append(f"{where}: the content is too long")
    return problems


def _as_document_says(payload: Any) -> Any:
    """discord.py writes some snowflakes as numbers: see the specs' own README."""
    if isinstance(payload, list):
        return [_as_document_says(one) for one in payload]
    if not isinstance(payload, dict):
        return payload
    found = {name: _as_document_says(value) for name, value in payload.items()}
    for attachment in found.get("attachments") or ():
        attachment["id"] = str(attachment["id"])
    return found


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return document


@cache
def _template(path: str) -> str:
    """Return the document's path that the request's fits best: the one with the most fixed parts."""
    path = path.replace("%40", "@")
    fitting = [one for one in _document()["paths"] if re.fullmatch(re.sub(r"\{[^/]+\}", "[^/]+", one), path)]
    assert fitting, f"Discord has no {path}"
    best: str = min(fitting, key=lambda one: one.count("{"))
    return best


@cache
def _validator(method: str, template: str) -> Any:
    body = _document()["paths"][template][method]["requestBody"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**body, "components": _document()["components"]})

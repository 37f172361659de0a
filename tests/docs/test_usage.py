"""The examples of docs/usage.md run as they stand there."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import CodeType

import pytest

USAGE = Path(__file__).parents[2] / "docs" / "usage.md"


def examples() -> CodeType:
    """Return all examples as one piece of code, in which a top-level await is allowed."""
    blocks = re.findall(r"```python\n(.*?)```", USAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 3
    code = compile("\n".join(blocks), str(USAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(code, CodeType)
    return code


async def test_the_three_examples_run_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    running = eval(examples(), names)  # noqa: S307 - our own document
    if inspect.isawaitable(running):
        await running
    said = capsys.readouterr().out
    assert "New generation task created:" in said
    assert "It will cost 15 points" in said
    assert "Points left: 85" in said
    assert re.search(r"Task [0-9a-z]{6}: completed", said)
    assert f"Outputs: {'0' * 64}" in said

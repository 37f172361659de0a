from __future__ import annotations

import pytest

from core.access import ids_in


@pytest.mark.parametrize(
    ("text", "ids"), [("", set()), ("1001", {1001}), ("1001, 1002", {1001, 1002}), ("1 2,3", {1, 2, 3})]
)
def test_ids_are_listed_with_commas(text: str, ids: set[int]) -> None:
    assert ids_in(text) == ids


@pytest.mark.parametrize("text", ["ann", "1001;1002", "@ann"])
def test_names_are_no_ids(text: str) -> None:
    with pytest.raises(ValueError, match="ids, not names"):
        ids_in(text)

from __future__ import annotations

from pathlib import Path

import pytest

from core.generation.catalog import InputKind, TypeInput
from core.generation.types.recipes import FILE_MOST, STANDARD_INPUTS, RecipeError, TypeContext


@pytest.mark.parametrize(
    ("context", "name", "takes"),
    [
        *(
            (TypeContext("x", Path()), name, True)
            for name in STANDARD_INPUTS
            if name not in {"image", "mask"}
        ),
        (TypeContext("x", Path()), "image", False),
        (TypeContext("x", Path()), "mask", False),
        (TypeContext("x", Path(), needs_image=True), "image", True),
        (TypeContext("x", Path(), needs_image=True), "mask", False),
        (TypeContext("x", Path(), needs_image=True, takes_mask=True), "mask", True),
        (TypeContext("x", Path()), "style", False),
        (TypeContext("x", Path(), inputs={"style": TypeInput("style", InputKind.TEXT, "")}), "style", True),
    ],
)
def test_a_type_takes_what_every_request_has_and_what_is_its_own(
    context: TypeContext, name: str, takes: bool
) -> None:
    assert context.takes(name) is takes


@pytest.mark.parametrize("written", [b"{}", b"\xef\xbb\xbf{}"])
def test_a_file_beside_the_types_is_read(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "graph.json").write_bytes(written)
    assert TypeContext("x", tmp_path).read("graph.json") == "{}"


@pytest.mark.parametrize(
    "name", ["../a.json", "/etc/passwd", "in/a.json", ".env", "..", ".", "", "a.json/", "\0a.json"]
)
def test_no_file_elsewhere_is_read(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "types"
    inside.mkdir()
    (tmp_path / "a.json").touch()
    (inside / "a.json").touch()
    with pytest.raises(RecipeError, match="is not a plain file name") as caught:
        TypeContext("x", inside).read(name)
    assert caught.value.hint == "put it beside the type's file"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"^there is no file graph\.json$") as caught:
        TypeContext("x", tmp_path).read("graph.json")
    assert (caught.value.path, caught.value.hint) == ((), "put it beside the type's file")


def test_a_file_is_utf_8(tmp_path: Path) -> None:
    (tmp_path / "graph.json").write_bytes(b"\xff{}")
    with pytest.raises(RecipeError, match=r"^graph\.json is not UTF-8$"):
        TypeContext("x", tmp_path).read("graph.json")


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
def test_a_file_is_of_a_size_to_be_read(tmp_path: Path, more: int, is_read: bool) -> None:
    (tmp_path / "graph.json").write_bytes(bytes(FILE_MOST + more))
    context = TypeContext("x", tmp_path)
    if is_read:
        assert len(context.read("graph.json")) == FILE_MOST
        return
    with pytest.raises(RecipeError, match=r"^graph\.json is larger than 4 MiB$"):
        context.read("graph.json")


@pytest.mark.parametrize("name", ["folder", "n" * 300])
def test_what_can_not_be_read_is_said_without_its_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(RecipeError, match=f"^{name} can't be read: ") as caught:
        TypeContext("x", tmp_path).read(name)
    assert str(tmp_path) not in caught.value.problem

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.generation.catalog import Catalog, GenerationType
from core.generation.types.folder import (
    BUILTIN,
    FILES_MOST,
    ORDER,
    FoundTypes,
    builtin_catalog,
    builtin_types,
    find_types,
)
from core.generation.types.reading import BadTypeError
from core.generation.types.recipes import FILE_MOST, RecipeError, RecipeReader, TypeContext
from tests.core.generation.types.files import PLAIN, Luthier

KINDS = ("comfyui", "automatic1111", "openai", "horde", "local", "sketch", "lute")
READERS: dict[str, RecipeReader] = {kind: Luthier() for kind in KINDS}


def found(folder: Path, **files: str | bytes) -> FoundTypes:
    """Return what is found where the folder has these files."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.toml").write_bytes(data)
    return find_types(READERS, folder)


def names(types: FoundTypes) -> list[str]:
    return [one.name for one in types.types]


def said(types: FoundTypes) -> list[str]:
    return [str(one) for one in types.problems]


# The built-in ones


def test_the_built_in_types_are_in_order() -> None:
    assert tuple(one.name for one in builtin_types(READERS)) == ORDER
    assert tuple(one.name for one in builtin_catalog()) == ORDER


@pytest.mark.parametrize("one", builtin_types(READERS), ids=lambda one: one.name)
def test_a_built_in_type_is_made_by_a_reader_from_its_file(one: GenerationType) -> None:
    assert Path(one.source) == BUILTIN / f"{one.name}.toml"
    assert one.recipes


def test_a_built_in_type_that_is_bad_is_a_fault_of_ours() -> None:
    with pytest.raises(BadTypeError, match="there is no section"):
        builtin_types({"sketch": Luthier()})


def test_the_catalog_of_those_alone_asks_no_engine() -> None:
    assert all(set(one.recipes) <= set(KINDS) for one in builtin_catalog())


# An operator's folder


@pytest.mark.parametrize("folder", ["absent", "file", "empty"])
def test_a_folder_need_not_be_there(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    assert find_types(READERS, tmp_path / folder) == find_types(READERS)


def test_own_types_follow_by_name(tmp_path: Path) -> None:
    types = found(tmp_path, zebra=PLAIN, ant=PLAIN)
    assert names(types) == [*ORDER, "ant", "zebra"]
    assert said(types) == []


def test_only_toml_files_are_types(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "graph.json").write_text("{}")
    (tmp_path / "folder.toml").mkdir()
    assert find_types(READERS, tmp_path) == find_types(READERS)


def test_a_type_takes_the_place_of_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    types = found(tmp_path, mine='name = "img2img"\n' + PLAIN)
    assert names(types) == list(ORDER)
    (own,) = [one for one in types.types if one.name == "img2img"]
    assert (own.summary, own.source) == ("square and few colours", str(tmp_path / "mine.toml"))
    assert said(types) == []


@pytest.mark.parametrize(
    ("first", "second", "taken", "line"),
    [
        ('name = "x"', 'name = "x"', "x", 1),
        ('name = "txt2img"', 'name = "txt2img"', "txt2img", 1),
        ('name = "x"', 'name = "y"\naliases = ["x"]', "x", 2),
        ('name = "x"\naliases = ["y"]', '# y\nname = "y"', "y", 2),
        ('name = "x"\naliases = ["z"]', 'name = "y"\naliases = ["z"]', "z", 2),
        ("", 'name = "y"\naliases = ["upscale"]', "upscale", 2),
    ],
)
def test_of_two_types_of_a_name_the_first_is_offered(
    tmp_path: Path, first: str, second: str, taken: str, line: int
) -> None:
    types = found(tmp_path, a=f"{first}\n{PLAIN}", b=f"{second}\n{PLAIN}")
    assert said(types) == [f'b.toml:{line}: another type is called "{taken}"; take another name.']
    assert str(tmp_path / "b.toml") not in [one.source for one in types.types]
    assert list(Catalog(types.types)) == list(types.types)


def test_bad_files_are_left_out_and_told_of(tmp_path: Path) -> None:
    types = found(tmp_path, bad="summary = 3", good=PLAIN, worse="summary =", worst='name = "upscale"')
    assert names(types) == [*ORDER, "good"]
    assert said(types) == [
        "bad.toml:1: summary must be text.",
        'bad.toml:1: "price" is missing.',
        "worse.toml:1: it is not TOML: invalid value.",
        'worst.toml:1: "summary" is missing.',
        'worst.toml:1: "price" is missing.',
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"summary = '\xff'", "it is not UTF-8"), (b"#" * (FILE_MOST + 1), "the file is too large")],
)
def test_a_file_that_is_none_of_a_type(tmp_path: Path, content: bytes, problem: str) -> None:
    assert said(found(tmp_path, bad=content)) == [f"bad.toml:1: {problem}."]


@pytest.mark.parametrize("written", [b"\xef\xbb\xbf" + PLAIN.encode(), PLAIN.replace("\n", "\r\n").encode()])
def test_a_file_is_read_as_any_editor_writes_it(tmp_path: Path, written: bytes) -> None:
    assert said(found(tmp_path, own=written)) == []


def test_a_file_that_can_not_be_read_is_told_of(tmp_path: Path) -> None:
    """Not even by root, who may open it."""
    (tmp_path / "own.toml").symlink_to("/proc/self/mem")
    assert said(find_types(READERS, tmp_path)) == ["own.toml:1: it can't be read: Input/output error."]


def test_a_folder_that_can_not_be_read_is_told_of(tmp_path: Path) -> None:
    types = find_types(READERS, tmp_path / ("n" * 300))
    assert said(types) == [f"{'n' * 300}:1: the folder can't be read: File name too long."]
    assert names(types) == list(ORDER)


def test_so_many_files_are_read(tmp_path: Path) -> None:
    types = found(tmp_path, **{f"own{number:03}": PLAIN for number in range(FILES_MOST + 1)})
    assert said(types) == [f"{tmp_path.name}:1: there are 201 files, 200 are read."]
    assert names(types)[-1] == "own199"
    assert len(types.types) == len(ORDER) + FILES_MOST


def test_a_reader_finds_the_files_beside_the_types(tmp_path: Path) -> None:
    (tmp_path / "tune.json").write_text("[1, 2]")

    def reads(table: Mapping[str, Any], context: TypeContext) -> str:
        assert table == {"tune": "greensleeves"}
        return context.read("tune.json")

    (tmp_path / "own.toml").write_text(PLAIN)
    types = find_types({**READERS, "lute": reads}, tmp_path)
    assert types.types[-1].recipes == {"lute": "[1, 2]"}


def test_what_is_wrong_beside_a_type_is_told_at_its_table(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(PLAIN)
    error = RecipeError("there is no file tune.json", path=["tune"], hint="put it beside the type's file")
    types = find_types({**READERS, "lute": Luthier(error)}, tmp_path)
    assert said(types) == ["own.toml:7: there is no file tune.json; put it beside the type's file."]


def test_where_a_commands_names_stand_is_known(tmp_path: Path) -> None:
    types = found(tmp_path, own=f'{PLAIN}[command]\nname = "draw"\nsummary = "Draw"\naliases = ["pen"]\n')
    assert types.lines["own"] == {"draw": 9, "pen": 11}

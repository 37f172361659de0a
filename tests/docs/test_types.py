"""The type of docs/types.md is made as it stands there."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest

from adapters.engines.comfyui.recipe import ComfyUIRecipe
from bot.engines import READERS
from core.commands.own import own_commands
from core.generation.types.folder import BUILTIN, find_types
from core.generation.types.reading import BadTypeError, read_type

DOCS = Path(__file__).parents[2] / "docs"


def example() -> str:
    text = (DOCS / "types.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    return textwrap.dedent(f"   {block.strip()}\n")


def test_the_example_is_a_type_with_a_command_of_its_own(tmp_path: Path) -> None:
    shutil.copy(BUILTIN / "txt2img.comfyui.json", tmp_path / "pixelart.json")
    (tmp_path / "pixelart.toml").write_text(example(), encoding="utf-8")
    found = find_types(READERS, tmp_path)
    assert found.problems == ()
    kind = next(one for one in found.types if one.name == "pixelart")
    recipe = kind.recipes["comfyui"]
    assert isinstance(recipe, ComfyUIRecipe)
    assert recipe.takes("scheduler")
    command = own_commands(found.types, ())[0]["pixelart"]
    assert command.flags()["scheduler"] == "scheduler"


def test_the_table_names_every_key_that_there_is() -> None:
    text = (DOCS / "types.md").read_text(encoding="utf-8")
    with pytest.raises(BadTypeError) as caught:
        read_type('nonsense = 1\nsummary = "x"\n[price]\nbase = 1\n', DOCS / "x.toml", READERS)
    known = re.search(r"there are (.*?)\.$", str(caught.value), flags=re.MULTILINE)
    assert known
    for key in known[1].split(", "):
        assert f"`{key}`" in text or f"[{key}" in text, key

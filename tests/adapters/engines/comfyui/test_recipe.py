"""What is refused of a type's table, with where and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.engines.comfyui.recipe import ComfyUIRecipe, Target, read_recipe
from core.generation.catalog import InputKind, TypeInput
from core.generation.types.recipes import RecipeError, Selective, TypeContext
from tests.adapters.engines.comfyui.house import types

GRAPH = {
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": ""}, "_meta": {"title": "Model"}},
    "6": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "", "clip": ["4", 1]},
        "_meta": {"title": "Prompt"},
    },
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512, "batch_size": 1}},
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 0, "steps": 20, "model": ["4", 0], "positive": ["6", 0], "latent_image": ["5", 0]},
        "_meta": {"title": "Sampler"},
    },
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "x"}},
    "10": {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}},
}


GLOW = TypeInput("glow", InputKind.SWITCH, default=True)


def read(folder: Path, graph: object = None, *, text: str | None = None, **said: Any) -> ComfyUIRecipe:
    context = said.pop("context", {})
    (folder / "one.json").write_text(
        text if text is not None else json.dumps(graph or GRAPH), encoding="utf-8"
    )
    table = {"workflow": "one.json", "inputs": {"prompt": "6.text"}} | said
    return read_recipe(table, TypeContext("one", folder, **context))


def test_a_table_is_read(tmp_path: Path) -> None:
    own = {"glow": TypeInput("glow", InputKind.INTEGER, 3, least=0, most=9)}
    inputs = {"prompt": ["6.text"], "seed": "3.seed", "glow": "3.steps"}
    recipe = read(tmp_path, inputs=inputs, context={"inputs": own})
    assert recipe.inputs["prompt"] == (Target("6", "text"),)
    assert recipe.outputs == ("9",)  # what is saved counts before what is only shown
    assert recipe.defaults == {"glow": 3}
    assert recipe.seeded == {"3", "8", "9", "10"}
    assert recipe.any_size  # it maps no width and height


def test_outputs_may_be_named(tmp_path: Path) -> None:
    assert read(tmp_path, output=["10", "9"]).outputs == ("10", "9")


def test_a_workflow_that_only_shows_has_an_output(tmp_path: Path) -> None:
    assert read(tmp_path, {key: GRAPH[key] for key in GRAPH if key != "9"}).outputs == ("10",)


@pytest.mark.parametrize(
    ("said", "path", "problem", "hint"),
    [
        ({"graph": {"nodes": [], "links": []}}, ("workflow",), "own interface", "Workflow > Export (API)"),
        ({"text": "{"}, ("workflow",), "not JSON, line 1", "Export (API)"),
        ({"text": "[]"}, ("workflow",), "not a workflow", "Export (API)"),
        ({"text": "{}"}, ("workflow",), "no nodes", "Export (API)"),
        ({"graph": {"prompt": GRAPH}}, ("workflow",), "a whole request", '"prompt"'),
        ({"graph": {"1": {"class_type": "A"}}}, ("workflow",), "node 1 has no class_type", "Export"),
        (
            {"graph": {"1": {"class_type": "A", "inputs": {"x": ["7", 0]}}}},
            ("workflow",),
            'x of node 1 ("A") is linked to no node',
            "Export",
        ),
        ({"workflow": "two.json"}, ("workflow",), "no file two.json", "beside"),
        ({"workflow": "../two.json"}, ("workflow",), "not a plain file name", "beside"),
        ({"inputs": {"prompt": "66.text"}}, ("inputs", "prompt"), "no node 66", 'did you mean 6 ("Prompt")?'),
        ({"inputs": {"prompt": "promt.text"}}, ("inputs", "prompt"), "no node promt", '6 ("Prompt")'),
        ({"inputs": {"prompt": "99x.text"}}, ("inputs", "prompt"), "no node 99x", "9"),
        ({"inputs": {"prompt": "6"}}, ("inputs", "prompt"), "names no input", "6.text"),
        ({"inputs": {"prompt": "6.txt"}}, ("inputs", "prompt"), 'no input "txt"', "did you mean text?"),
        ({"inputs": {"prompt": "6.clip"}}, ("inputs", "prompt"), "is linked", 'node 4 ("Model")'),
        ({"inputs": {"promt": "6.text"}}, ("inputs", "promt"), 'no input "promt"', "did you mean prompt?"),
        ({"inputs": {"image": "6.text"}}, ("inputs", "image"), 'no input "image"', "add [inputs.image]"),
        ({"inputs": {"steps": "6.text"}}, ("inputs", "steps"), "takes text", ""),
        ({"inputs": {"prompt": "3.steps"}}, ("inputs", "prompt"), "takes a number", ""),
        ({"output": "99"}, ("output",), "no node 99", "9"),
        ({"output": ["9", "3"]}, ("output",), 'node 3 ("Sampler") saves no picture', "mean 9"),
        (
            {"graph": {key: GRAPH[key] for key in "34568"}, "output": "8"},
            ("output",),
            "saves no picture",
            "add a SaveImage node",
        ),
        ({"inputs": {"seed": "3.seed"}}, ("inputs",), "nothing of the prompt reaches the workflow", "map it"),
        ({"inputs": {"prompt": []}}, ("inputs",), "nothing of the prompt reaches the workflow", "map it"),
        (
            {"inputs": {"prompt": "6.text", "negative_prompt": "6.text"}},
            ("inputs", "negative_prompt"),
            '"text" of node 6 ("Prompt") is taken by prompt already',
            "",
        ),
        (
            {"context": {"inputs": {"glow": GLOW}}},
            ("inputs",),
            'the input "glow" is used nowhere',
            "map glow",
        ),
        (
            {
                "inputs": {"prompt": "6.text", "glow": "9.filename_prefix"},
                "context": {"inputs": {"glow": GLOW}},
            },
            ("inputs", "glow"),
            "takes text, not a switch",
            "",
        ),
        ({"inputs": {"steps": "6.text"}}, ("inputs", "steps"), "takes text, not a number", ""),
        (
            {"graph": {key: GRAPH[key] for key in "34568"}},
            ("workflow",),
            "saves no picture",
            "add a SaveImage node",
        ),
        ({"context": {"needs_image": True}}, ("inputs",), "image is used nowhere", "LoadImage"),
    ],
)
def test_a_bad_table_is_refused(
    tmp_path: Path, said: dict[str, Any], path: tuple[str, ...], problem: str, hint: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        read(tmp_path, said.pop("graph", None), **said)
    assert caught.value.path == path
    assert problem in caught.value.problem
    assert hint in caught.value.hint


def masked(source: list[object]) -> dict[str, Any]:
    load = {"class_type": "LoadImage", "inputs": {"image": ""}}
    latent = {"class_type": "VAEEncodeForInpaint", "inputs": {"pixels": ["1", 0], "mask": source}}
    return GRAPH | {"1": load, "2": latent}


def test_a_mask_may_come_with_the_image(tmp_path: Path) -> None:
    context = {"needs_image": True, "takes_mask": True}
    assert read(tmp_path, masked(["1", 1]), inputs={"image": "1.image"}, context=context).takes_mask


def test_a_mask_that_is_used_nowhere_is_refused(tmp_path: Path) -> None:
    context = {"needs_image": True, "takes_mask": True}
    with pytest.raises(RecipeError, match="mask is used nowhere"):
        read(tmp_path, masked(["1", 0]), inputs={"image": "1.image"}, context=context)


def test_a_mask_without_an_image_is_refused_and_not_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="mask is used nowhere"):
        read(tmp_path, masked(["1", 1]), context={"takes_mask": True})


def test_a_type_of_a_picture_alone_needs_no_prompt(tmp_path: Path) -> None:
    recipe = read(tmp_path, masked(["1", 1]), inputs={"image": "1.image"}, context={"needs_image": True})
    assert not recipe.takes("prompt")


def test_an_input_may_go_to_several_places_and_a_switch_to_a_switch(tmp_path: Path) -> None:
    graph = GRAPH | {"11": {"class_type": "Glow", "inputs": {"on": True, "text": ""}}}
    inputs = {"prompt": ["6.text", "11.text"], "glow": "11.on"}
    recipe = read(tmp_path, graph, inputs=inputs, context={"inputs": {"glow": GLOW}})
    assert recipe.inputs["prompt"] == (Target("6", "text"), Target("11", "text"))


def test_a_recipe_says_which_inputs_it_takes(tmp_path: Path) -> None:
    recipe: object = read(tmp_path, inputs={"prompt": "6.text", "seed": "3.seed"})
    assert isinstance(recipe, Selective)
    assert [name for name in ("seed", "steps") if recipe.takes(name)] == ["seed"]


def test_the_workflows_that_easel_comes_with_have_titles_and_core_nodes_alone() -> None:
    core = {
        "CheckpointLoaderSimple", "CLIPTextEncode", "EmptyLatentImage", "KSampler", "VAEDecode", "VAEEncode",
        "LoadImage", "ImageScale", "SaveImage", "SetLatentNoiseMask", "ImageToMask", "ImageCompositeMasked",
    }  # fmt: skip
    made = {name: one.recipes["comfyui"] for name, one in types().items()}
    assert set(made) == {"txt2img", "img2img", "inpaint", "variation", "upscale"}
    for recipe in made.values():
        assert isinstance(recipe, ComfyUIRecipe)
        assert {node["class_type"] for node in recipe.graph.values()} <= core
        assert all(node["_meta"]["title"] for node in recipe.graph.values())
        assert not recipe.any_size

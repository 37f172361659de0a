"""What can be shown of the real ComfyUI's tool without ComfyUI."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tools.real_comfyui.__main__ import main
from tools.real_comfyui.folder import Folder
from tools.real_comfyui.models import checkpoint
from tools.real_comfyui.preparation import missing
from tools.real_comfyui.weights import write


def read(path: Path) -> dict[str, np.ndarray]:
    """Read a safetensors file as its format says."""
    data = path.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    tensors = {}
    for name, about in header.items():
        start, end = (begin + offset for offset in about["data_offsets"])
        tensors[name] = np.frombuffer(data[start:end], np.float16).reshape(about["shape"])
    assert begin % 8 == 0
    assert sum(one.nbytes for one in tensors.values()) == len(data) - begin
    return tensors


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    shapes = {"a.weight": (30, 20, 3, 3), "a.bias": (30,), "norm.weight": (30,), "scale": ()}
    write(tmp_path / "models" / "one.safetensors", shapes, seed=1)
    found = read(tmp_path / "models" / "one.safetensors")
    assert {name: one.shape for name, one in found.items()} == shapes
    assert found["a.weight"].std() == pytest.approx(1 / math.sqrt(20 * 3 * 3), rel=0.05)
    assert not found["a.bias"].any()
    assert (found["norm.weight"] == 1).all()
    assert found["scale"] == 1
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["one.safetensors"]


def test_the_same_seed_writes_the_same_weights(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "same", "other")]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        write(file, {"a.weight": (4, 4)}, seed=seed)
    one, same, other = (file.read_bytes() for file in files)
    assert one == same != other


def test_the_checkpoint_is_small_but_has_all_parts() -> None:
    shapes = checkpoint()
    assert sum(map(math.prod, shapes.values())) == pytest.approx(151e6, rel=0.01)
    assert {name.split(".")[0] for name in shapes} == {"cond_stage_model", "model", "first_stage_model"}


def test_in_an_empty_folder_everything_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(missing(Folder(tmp_path))) == 7
    assert main(["serve", "--folder", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "It is not prepared: a folder that git does not see is missing. "
        "Run: python -m tools.real_comfyui prepare\n"
    )


def test_a_failed_step_says_why_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").write_text("a file where the folder should be")
    assert main(["prepare", "--folder", str(tmp_path / "here")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("The same command tries again.\n")

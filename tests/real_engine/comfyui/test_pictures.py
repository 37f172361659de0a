"""The whole program with a real ComfyUI: each kind of picture, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.contracts.engines.rig import a_mask
from tests.real_engine.comfyui.house import SIDE, SMALL, House, opened
from tests.real_engine.comfyui.site import WORKFLOW, ComfyUI
from tools.real_comfyui.folder import CHECKPOINT

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(300)]

FAR = """
summary = "lets through what ComfyUI does not"
price = { base = 1 }
command = { name = "far", summary = "Draw with too much guidance" }

[inputs.guidance]
kind = "number"
default = 1000.0
min = 0
max = 1000

[comfyui]
workflow = "far.json"
inputs = { prompt = "6.text", seed = "3.seed", model = "4.ckpt_name", guidance = "3.cfg" }
"""


def differ(one: Image.Image, other: Image.Image) -> float:
    """Return how far apart two pictures are, from 0 to 255, on average."""
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


def test_a_picture_from_words(house: House, comfyui: ComfyUI) -> None:
    done = house.told(f"/generate a red fox {SMALL}")
    assert (done.code, done.err) == (0, "")
    assert f"· {CHECKPOINT} · {SIDE}×{SIDE} · 2 steps · seed 7" in done.lines[-2]
    picture = opened(done.images()[0])
    assert picture.size == (SIDE, SIDE)
    assert list(picture.info) == ["parameters"]  # ComfyUI's own file has the whole workflow
    assert list(comfyui.history().values()) == ["success"]
    house.settled()


def test_several_pictures_have_seeds_that_count_on(house: House) -> None:
    done = house.told(f"/generate a fox {SMALL} --n 2")
    assert (done.code, done.err) == (0, "")
    first, second = (opened(path) for path in done.images())
    again = house.made(f"/generate a fox {SMALL.replace('7', '8')}")
    assert differ(first, second) > 1
    assert differ(second, again) == 0


def test_a_picture_from_a_picture(house: House) -> None:
    source = house.folder / "source.png"
    Image.new("RGB", (SIDE, SIDE), "teal").save(source)
    anew = house.made(f"/generate a fox {SMALL}")
    little, much = (
        house.made(f"/generate a fox {SMALL} --image source.png --strength {strength}")
        for strength in (0.5, 1)
    )
    assert little.size == much.size == (SIDE, SIDE)
    assert min(differ(anew, little), differ(little, much)) > 1


def test_another_take_and_a_larger_one(house: House) -> None:
    made = house.told(f"/generate a fox {SMALL}")
    assert made.code == 0
    fox = opened(made.images()[0])
    assert differ(fox, house.made(f"/vary {made.task()}")) > 1
    larger = house.made(f"/upscale {made.task()}")
    assert larger.size == (2 * SIDE, 2 * SIDE)
    assert differ(fox, larger.resize(fox.size, Image.Resampling.BOX)) < 16


def test_only_what_the_mask_shows_is_made_anew(house: House) -> None:
    source = Image.new("RGB", (SIDE, SIDE), "teal")
    source.save(house.folder / "source.png")
    (house.folder / "mask.png").write_bytes(a_mask((SIDE, SIDE)))  # its right half
    picture = house.made(f"/inpaint a hat {SMALL} --image source.png --mask mask.png --strength 1")
    left, right = (0, 0, SIDE // 2, SIDE), (SIDE // 2, 0, SIDE, SIDE)
    assert differ(picture.crop(left), source.crop(left)) == 0
    assert differ(picture.crop(right), source.crop(right)) > 1


def test_a_checkpoint_that_is_not_there_is_named_to_the_operator(house: House) -> None:
    done = house.check(settings={"comfyui__model": "missing"})
    assert done.code == 1
    assert 'has no model "missing"; set EASEL_COMFYUI__MODEL to one that it has' in done.out


def test_a_checkpoint_that_is_not_there_is_refused_to_a_member(house: House) -> None:
    done = house.told(f"/generate a fox {SMALL} --model missing")
    assert done.code == 1
    assert done.lines[-1].startswith('Model: there is no "missing"; take one of ')
    assert house.settled().tasks == []


def test_a_value_that_is_out_of_its_range_is_named_with_the_range(house: House) -> None:
    types = house.folder / "types"
    types.mkdir()
    (types / "far.toml").write_text(FAR)
    (types / "far.json").write_text(WORKFLOW.read_text())
    done = house.told("/far a fox")
    assert (done.code, done.err) == (1, "")
    assert "The engine doesn't take guidance as given (0 to 100); change it." in done.lines[-1]
    house.settled()


def test_where_nothing_answers_the_picture_waits(house: House, comfyui: ComfyUI, tmp_path: Path) -> None:
    comfyui.server.kill()
    with house.program() as program:
        program.send(f"/generate a fox {SMALL}\n")
        program.expect("Queued")
        comfyui.server.start()
        program.expect("Done", seconds=60)
        program.end_input()
        assert program.wait() == 0
    (task,) = house.settled().tasks
    assert (task["status"], task["attempts"]) == ("completed", 1)

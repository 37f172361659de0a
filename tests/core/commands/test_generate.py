from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Caller
from core.commands.generate import GenerateArguments, request_of
from core.commands.spec import CommandCall
from core.errors import InvalidRequestError
from core.generation.catalog import Catalog, GenerationType, InputKind, TypeInput
from core.generation.images import StoredImage
from core.generation.models import GenerationRequest, GenerationSettings
from core.ids import ImageId
from core.presentation.views import Reply
from tests.fakes.builders import ANN, a_ref, an_image, an_origin
from tests.fakes.engine import ScriptedEngine
from tests.fakes.world import a_world


def asked(*, defaults: GenerationSettings | None = None, **arguments: Any) -> GenerationRequest:
    world = a_world(engine=ScriptedEngine(models=("dreams", "cartoon"), samplers=("euler",)))
    services = world.services(defaults=defaults or GenerationSettings())
    call = CommandCall("generate", Caller(ANN), {}, origin=an_origin())
    return request_of(services, call, GenerateArguments(**{"prompt": "a red fox", **arguments}))


def picture(width: int, height: int) -> StoredImage:
    return StoredImage(an_image(), width, height, 100)


def size(**arguments: Any) -> tuple[int, int]:
    settings = asked(**arguments).settings
    return settings.width, settings.height


def test_a_prompt_alone_takes_the_defaults() -> None:
    defaults = GenerationSettings(width=512, height=640, steps=8, cfg_scale=2, batch_size=2, sampler="euler")
    assert asked(defaults=defaults) == GenerationRequest(
        account=ANN, prompt="a red fox", settings=defaults, origin=an_origin()
    )


def test_everything_that_is_asked_for_is_in_the_request() -> None:
    request = asked(
        negative_prompt="text",
        width=320,
        height=256,
        batch_size=3,
        steps=30,
        seed=0,
        cfg_scale=0,
        image=picture(10, 10),
        strength=0,
        model="dreams",
        sampler="euler",
        type="variation",
    )
    assert request == GenerationRequest(
        account=ANN,
        type="variation",
        prompt="a red fox",
        negative_prompt="text",
        settings=GenerationSettings(
            width=320,
            height=256,
            batch_size=3,
            steps=30,
            seed=0,
            cfg_scale=0,
            strength=0,
            model="dreams",
            sampler="euler",
        ),
        input_images=(an_image(),),
        origin=an_origin(),
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"aspect_ratio": "1:1"}, (768, 768)),
        ({"aspect_ratio": "16:9"}, (1024, 576)),
        ({"aspect_ratio": "9:16"}, (576, 1024)),
        ({"aspect_ratio": "4:1"}, (1536, 384)),
        ({"aspect_ratio": "1:4"}, (384, 1536)),
        ({"aspect_ratio": "3/2"}, (944, 624)),
        ({"aspect_ratio": "1920x1080"}, (1024, 576)),
        ({"aspect_ratio": " 16 : 9 "}, (1024, 576)),
        ({"aspect_ratio": "2:1", "width": 1000}, (1000, 496)),  # 500, to a multiple of 8
        ({"aspect_ratio": "2:1", "height": 512}, (1024, 512)),
        ({"aspect_ratio": "4:1", "width": 64}, (64, 64)),
        ({"aspect_ratio": "1:4", "width": 2048}, (2048, 2048)),
        ({"width": 1000}, (1000, 768)),
        ({"height": 1000}, (768, 1000)),
        ({"width": 100, "height": 200}, (100, 200)),
        ({"image": picture(1024, 1024)}, (768, 768)),
        ({"image": picture(4000, 2250)}, (1024, 576)),
        ({"image": picture(100, 5000)}, (384, 1536)),
        ({"image": picture(5000, 100)}, (1536, 384)),
        ({"image": picture(2000, 1000), "width": 512}, (512, 256)),
        ({"image": picture(2000, 1000), "height": 512}, (1024, 512)),
        ({"image": picture(2000, 1000), "width": 512, "height": 512}, (512, 512)),
        ({"image": picture(2000, 1000), "aspect_ratio": "1:1"}, (768, 768)),
    ],
)
def test_the_size(arguments: dict[str, Any], expected: tuple[int, int]) -> None:
    assert size(**arguments) == expected


def test_a_ratio_keeps_the_defaults_number_of_pixels() -> None:
    assert size(defaults=GenerationSettings(width=512, height=512), aspect_ratio="4:1") == (1024, 256)


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_any_ratio_gives_sides_that_engines_take(width: int, height: int) -> None:
    try:
        sides = size(aspect_ratio=f"{width}:{height}")
    except ValueError:
        assert max(width, height) > 4 * min(width, height)
        return
    assert all(64 <= side <= 2048 and side % 8 == 0 for side in sides)
    assert sides[0] / sides[1] == pytest.approx(width / height, rel=0.03)
    assert sides[0] * sides[1] == pytest.approx(768 * 768, rel=0.03)


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_any_picture_gives_sides_that_engines_take(width: int, height: int) -> None:
    sides = size(image=picture(width, height))
    assert all(64 <= side <= 2048 and side % 8 == 0 for side in sides)


@pytest.mark.parametrize(
    "ratio", ["16", "16:", ":9", "0:0", "16:9:1", "-16:9", "1.5:1", "5:1", "12345:9999", "x"]
)
def test_what_is_no_ratio(ratio: str) -> None:
    with pytest.raises(ValueError, match="not a ratio"):
        GenerateArguments(prompt="a fox", aspect_ratio=ratio)


def test_a_ratio_and_both_sides_is_one_too_many() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        asked(aspect_ratio="1:1", width=512, height=512)
    assert [(one.field, one.reason) for one in caught.value.problems] == [("aspect_ratio", "either")]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({}, "txt2img"),
        ({"image": picture(64, 64)}, "img2img"),
        ({"image": picture(64, 64), "type": "variation"}, "variation"),
        ({"type": "txt2img"}, "txt2img"),
    ],
)
def test_the_kind_follows_from_the_picture(arguments: dict[str, Any], kind: str) -> None:
    assert asked(**arguments).type == kind


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"model": "drems"}, {"given": "drems", "suggestion": "dreams", "choices": "dreams, cartoon"}),
        ({"sampler": "x" * 90}, {"given": "x" * 40, "suggestion": None, "choices": "euler"}),
    ],
)
def test_a_name_that_the_engine_does_not_know(arguments: dict[str, Any], facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        asked(**arguments)
    (problem,) = caught.value.problems
    assert (problem.field, problem.reason, problem.facts) == (*arguments, "unknown", facts)


# The commands


async def test_generate_queues_and_lets_its_message_speak() -> None:
    world = a_world()
    reply = await world.give("generate", prompt="a red fox", origin=an_origin(), anchor=a_ref())
    assert reply == Reply(tasks=("t1",))  # type: ignore[arg-type]
    (task,) = await world.service.get_tasks_for_account(ANN)
    assert task.request.prompt == "a red fox"
    delivery = await world.delivery(task.id)
    assert delivery is not None
    assert delivery.ref == a_ref()


async def test_the_same_message_generates_once() -> None:
    world = a_world()
    replies = [await world.give("generate", prompt="a fox", origin=an_origin()) for _ in range(3)]
    assert {reply.tasks for reply in replies} == {("t1",)}
    assert await world.pots() == (94, 6)


async def test_generate_from_a_picture() -> None:
    world = a_world()
    await world.give("generate", prompt="a fox", image=picture(2000, 1000))
    (task,) = await world.service.get_tasks_for_account(ANN)
    assert (task.request.type, task.request.input_images) == ("img2img", (ImageId(an_image()),))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"type": "img2img"}, "The image is missing, for example --image photo.jpg."),
        (
            {"type": "txt2img", "image": picture(64, 64)},
            "The image is not used for txt2img; take --type img2img.",
        ),
        ({"type": "txt2imgs"}, 'Type: there is no "txt2imgs"; did you mean txt2img?'),
        ({"model": "dreams"}, 'Model: there is no "dreams", nor any other to choose; leave it out.'),
    ],
)
async def test_what_can_not_be_made_is_refused(arguments: dict[str, Any], sentence: str) -> None:
    world = a_world()
    assert await world.give("generate", prompt="a fox", **arguments) == Reply(sentence, ok=False)
    assert await world.service.get_tasks_for_account(ANN) == []


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (True, "That costs 40 points; you have 100 points."),
        (False, "That is free: no points are counted here."),
    ],
)
async def test_a_price_is_told_and_nothing_is_queued(points: bool, said: str) -> None:
    world = a_world(points=points)
    reply = await world.give("price", prompt="a fox", width=2048, height=1024, batch_size=2)
    assert reply == Reply(said)
    assert await world.service.get_tasks_for_account(ANN) == []


@pytest.mark.parametrize("points", [True, False])
async def test_there_is_no_price_for_what_can_not_be_made(points: bool) -> None:
    reply = await a_world(points=points).give("price", prompt="a fox", type="img2img")
    assert reply == Reply("The image is missing, for example --image photo.jpg.", ok=False)


# LoRA tags in the prompt


LORAS = ("snow", "old_film", "anime")


async def given_loras(prompt: str, *, known: tuple[str, ...] = LORAS) -> Reply:
    return await a_world(engine=ScriptedEngine(loras=known)).give("generate", prompt=prompt)


@pytest.mark.parametrize(
    "prompt", ["a fox <lora:snow:0.8>", "<lora:snow> a fox <LORA:anime:-1>", "a <lora: fox"]
)
async def test_tags_of_loras_that_the_engine_has(prompt: str) -> None:
    assert (await given_loras(prompt)).ok


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a fox <lora:snwo:0.8>", 'The LoRA: there is no "snwo"; did you mean snow?'),
        (
            "a fox <lora:snow> <lora:xyzzy>",
            'The LoRA: there is no "xyzzy"; take one of snow, old_film, anime.',
        ),
        ("<lora:snow:0.8>", "The prompt is empty: say what to draw."),
    ],
)
async def test_tags_that_say_nothing_an_engine_could_do(prompt: str, said: str) -> None:
    assert await given_loras(prompt) == Reply(said, ok=False)


async def test_tags_in_the_negative_prompt_are_checked_too() -> None:
    world = a_world(engine=ScriptedEngine(loras=LORAS))
    reply = await world.give("generate", prompt="a fox", negative_prompt="blur <lora:snwo:0.8>")
    assert reply == Reply('The LoRA: there is no "snwo"; did you mean snow?', ok=False)


class Unsurveyed(ScriptedEngine):
    """One of its servers was not asked yet."""

    def is_surveyed(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("arguments", "model"),
    [({"model": "drems"}, "drems"), ({"model": "DREAMS"}, "dreams"), ({"lora": "snwo"}, None)],
)
async def test_a_name_may_be_known_to_a_server_that_was_not_asked_yet(
    arguments: dict[str, Any], model: str | None
) -> None:
    world = a_world(engine=Unsurveyed(models=("dreams",), loras=LORAS))
    reply = await world.give("generate", prompt="a fox", **arguments)
    assert reply.ok, reply.text
    assert (await world.task(reply.tasks[0])).request.settings.model == model


async def test_any_tag_will_do_where_no_engine_tells_its_loras() -> None:
    assert (await given_loras("a fox <lora:xyzzy>", known=())).ok


async def test_of_many_names_the_first_few_are_said() -> None:
    known = tuple(f"lora{number}" for number in range(40))
    said = (await given_loras("a fox <lora:zzz>", known=known)).text
    assert said.endswith("take one of " + ", ".join(known[:12]) + ", ….")


# What a type has in store


PIXELS = GenerationType(
    "pixels",
    "",
    base_price=10,
    aliases=("blocks",),
    inputs=(TypeInput("frame", InputKind.SWITCH, default=True),),
    defaults={"steps": 8, "sampler": "euler"},
)


async def test_a_type_is_asked_for_by_an_alias_and_gives_its_defaults() -> None:
    catalog = Catalog([PIXELS])
    world = a_world(catalog=catalog)
    reply = await world.give(
        "generate", prompt="a fox", type="blocks", services=world.services(catalog=catalog)
    )
    request = (await world.task(reply.tasks[0])).request
    assert request.type == "pixels"
    assert (request.settings.steps, request.settings.sampler) == (8, "euler")
    assert request.parameters == {"frame": True}


async def test_a_type_that_no_engine_makes_is_not_offered() -> None:
    world = a_world(offers=lambda kind: kind.name != "txt2img")
    reply = await world.give("generate", prompt="a fox")
    assert reply == Reply("No engine here makes txt2img; take another type.", ok=False)
    assert await world.service.get_tasks_for_account(ANN) == []


def test_a_lora_may_be_named_beside_the_prompt() -> None:
    assert asked(lora="snow:0.8").prompt == "a red fox <lora:snow:0.8>"


async def test_a_lora_that_is_named_wrongly() -> None:
    world = a_world(engine=ScriptedEngine(loras=LORAS))
    assert await world.give("generate", prompt="a fox", lora="snwo") == Reply(
        'The LoRA: there is no "snwo"; did you mean snow?', ok=False
    )
    assert (await world.give("generate", prompt="a fox", lora="snow:much")).text == (
        'The LoRA must be like snow or snow:0.8, not "snow:much".'
    )

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from core.commands.builtin import builtin_registry
from core.commands.generate import RequestArguments
from core.commands.own import NAMES_MOST, OF_PICTURES, TEXT_MOST, offer, own_commands
from core.commands.registry import Registry
from core.commands.services import Services
from core.commands.spec import AnyCommand, Command, Flag, ImageInput, NoArguments, marker
from core.commands.text import parse_command
from core.commands.validation import validated
from core.errors import InvalidRequestError
from core.generation.catalog import Catalog, GenerationType, InputKind, OwnCommand, TypeInput
from core.generation.images import StoredImage
from core.generation.models import GenerationRequest
from core.generation.types.folder import FoundTypes, builtin_types
from core.generation.types.reading import TypeProblem
from core.ids import ImageId
from core.presentation.views import Reply
from tests.core.generation.types.files import Luthier
from tests.fakes.builders import ANN, a_response, an_image
from tests.fakes.commands import answer
from tests.fakes.engine import ScriptedEngine
from tests.fakes.world import World, a_world

INPUTS = (
    TypeInput("colours", InputKind.INTEGER, 16, "how many", 2, 256),
    TypeInput("line_width", InputKind.NUMBER, 1.5, "", 0.5, 2),
    TypeInput("console", InputKind.CHOICE, "gameboy", choices=("gameboy", "arcade")),
    TypeInput("dither", InputKind.SWITCH, default=False),
    TypeInput("title", InputKind.TEXT, ""),
)
PIXELS = GenerationType(
    "pixels",
    "square and few colours",
    base_price=10,
    command=OwnCommand("pixelart", "Draw with few pixels", ("pixel",)),
    inputs=INPUTS,
    defaults={"width": 256, "height": 128, "steps": 8},
    recipes={"lute": None},
    source="/types/pixels.toml",
)
PICTURE = StoredImage(an_image("1"), 64, 64, 100)
MASK = StoredImage(an_image("2"), 64, 64, 100)


def a_type(name: str, **fields: Any) -> GenerationType:
    """A type that asks for a command of its own name."""
    values: dict[str, Any] = {"command": OwnCommand(name, "Draw"), "source": f"/types/{name}.toml"} | fields
    return GenerationType(name, "", base_price=10, **values)


def command_of(kind: GenerationType) -> AnyCommand:
    return own_commands([kind], ())[0][kind.name]


def fields_of(kind: GenerationType) -> list[str]:
    return list(command_of(kind).arguments.model_fields)


@dataclass
class House:
    """A world whose types are offered."""

    world: World
    services: Services

    async def give(self, command: str, **arguments: Any) -> Reply:
        return await self.world.give(command, services=self.services, **arguments)

    async def asked(self, command: str, **arguments: Any) -> GenerationRequest:
        """Return the request that the command has queued."""
        reply = await self.give(command, **arguments)
        assert reply.ok, reply.text
        return (await self.world.task(reply.tasks[0])).request


def a_house(*types: GenerationType, engine: ScriptedEngine | None = None) -> House:
    catalog, registry = Catalog(()), builtin_registry()
    assert offer(FoundTypes(types), catalog, registry) == []
    world = a_world(catalog=catalog, engine=engine)
    return House(world, world.services(catalog=catalog, registry=registry))


# What a command is made of


def test_only_a_type_that_asks_for_a_command_has_one() -> None:
    commands, clashes = own_commands([a_type("one"), a_type("two", command=None)], ())
    assert ([one.name for one in commands.values()], clashes) == (["one"], [])


def test_a_command_is_as_its_type_says() -> None:
    command = command_of(PIXELS)
    assert (command.name, command.summary, command.aliases) == (
        "pixelart",
        "Draw with few pixels",
        ("pixel",),
    )
    assert command.usage() == "/pixelart PROMPT [--flags]"


def test_a_type_takes_what_every_request_has_and_its_own() -> None:
    usual = list(RequestArguments.model_fields)
    assert fields_of(PIXELS) == [
        *(name for name in usual if name not in {"image", "strength"}),
        *(one.name for one in INPUTS),
    ]
    assert fields_of(replace(PIXELS, needs_image=True, inputs=())) == usual
    after = usual.index("image") + 1
    with_mask = replace(PIXELS, needs_image=True, takes_mask=True, inputs=())
    assert fields_of(with_mask) == [*usual[:after], "mask", *usual[after:]]


def test_what_every_request_has_is_as_everywhere() -> None:
    own = command_of(replace(PIXELS, needs_image=True)).arguments.model_fields
    for name, field in RequestArguments.model_fields.items():
        assert marker(own[name], Flag) == marker(field, Flag)
        assert marker(own[name], ImageInput) == marker(field, ImageInput)
        assert own[name].description == field.description


def test_a_mask_is_a_picture() -> None:
    fields = command_of(replace(PIXELS, needs_image=True, takes_mask=True)).arguments.model_fields
    assert marker(fields["mask"], ImageInput) == ImageInput()
    assert marker(fields["mask"], Flag) == Flag("mask")


def test_every_argument_can_be_shown_and_typed_on_every_platform() -> None:
    fields = command_of(PIXELS).arguments.model_fields
    assert all(field.description for field in fields.values())
    assert command_of(PIXELS).flags()["line-width"] == "line_width"
    assert not any(fields[one.name].is_required() for one in INPUTS)


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": "integer", "minimum": 2, "maximum": 256, "default": 16}, "colours"),
        ({"type": "number", "minimum": 0.5, "maximum": 2.0, "default": 1.5}, "line_width"),
        ({"type": "string", "enum": ["gameboy", "arcade"], "default": "gameboy"}, "console"),
        ({"type": "boolean", "default": False}, "dither"),
        ({"type": "string", "maxLength": TEXT_MOST, "default": ""}, "title"),
    ],
)
def test_an_input_is_known_by_its_kind_its_range_and_its_default(schema: dict[str, Any], name: str) -> None:
    found = command_of(PIXELS).arguments.model_json_schema()["properties"][name]
    assert {key: value for key, value in found.items() if key not in {"title", "description"}} == schema


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"colours": 1}, "out_of_range"),
        ({"colours": "257"}, "out_of_range"),
        ({"colours": "few"}, "not_a_number"),
        ({"line_width": 2.01}, "out_of_range"),
        ({"line_width": "nan"}, "out_of_range"),
        ({"console": "amiga"}, "unknown"),
        ({"dither": "perhaps"}, "bad"),
        ({"title": "x" * (TEXT_MOST + 1)}, "too_long"),
    ],
)
def test_what_an_input_does_not_take(given: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validated(command_of(PIXELS).arguments, {"prompt": "a fox", **given})
    assert [(one.field, one.reason) for one in caught.value.problems] == [(*given, reason)]


def test_a_choice_and_a_range_of_one_value_are_fine() -> None:
    inputs = (
        TypeInput("only", InputKind.CHOICE, "this", choices=("this",)),
        TypeInput("seven", InputKind.INTEGER, 7, least=7.0, most=7.0),
    )
    arguments = validated(command_of(replace(PIXELS, inputs=inputs)).arguments, {"prompt": "a fox"})
    assert (getattr(arguments, "only"), getattr(arguments, "seven")) == ("this", 7)  # noqa: B009


@pytest.mark.parametrize(
    "other",
    [
        replace(PIXELS, command=OwnCommand("pixelart", "Draw with few pixels")),
        replace(PIXELS, command=OwnCommand("pixelart", "Draw", ("pixel",))),
        replace(PIXELS, inputs=INPUTS[:-1]),
        replace(PIXELS, inputs=(replace(INPUTS[0], most=8.0, default=8), *INPUTS[1:])),
    ],
)
def test_a_change_is_what_a_chat_shows(other: GenerationType) -> None:
    first = Command("first", "First", NoArguments, answer)
    registry = Registry([first], default=first)
    registry.replace_own([command_of(PIXELS)])
    assert not registry.replace_own([command_of(replace(PIXELS, base_price=3, summary="other"))])
    assert registry.replace_own([command_of(other)])


# What its engines have a use for


@dataclass(frozen=True)
class Takes:
    """A recipe that knows what it uses."""

    names: tuple[str, ...] = ()

    def takes(self, name: str, /) -> bool:
        return name in self.names


ALWAYS = ["prompt", "batch_size", "lora", "nsfw"]


@pytest.mark.parametrize(
    ("recipes", "fields"),
    [
        ([Takes()], ALWAYS),
        ([Takes(("seed", "steps", "prompt"))], ["prompt", "batch_size", "steps", "seed", "lora", "nsfw"]),
        ([Takes(("seed",)), Takes(("model",))], ["prompt", "batch_size", "seed", "model", "lora", "nsfw"]),
        (
            [Takes(("height",))],
            ["prompt", "aspect_ratio", "width", "height", "batch_size", "lora", "nsfw"],
        ),
        ([Takes(), object()], [one for one in RequestArguments.model_fields if one not in OF_PICTURES]),
    ],
)
def test_a_flag_that_does_nothing_is_not_offered(recipes: list[object], fields: list[str]) -> None:
    engines = {f"engine{number}": recipe for number, recipe in enumerate(recipes)}
    assert fields_of(replace(PIXELS, inputs=(), recipes=engines)) == fields


def test_a_picture_and_its_mask_are_always_taken() -> None:
    kind = replace(PIXELS, inputs=(), needs_image=True, takes_mask=True, recipes={"lute": Takes()})
    assert fields_of(kind) == ["prompt", "batch_size", "image", "mask", "lora", "nsfw"]


async def test_a_command_without_them_makes_requests() -> None:
    request = await a_house(replace(PIXELS, recipes={"lute": Takes()})).asked("pixelart", prompt="a fox")
    assert (request.negative_prompt, request.settings.steps) == ("", 8)


# Whose name is taken


@pytest.mark.parametrize(
    ("own", "clash"),
    [
        (OwnCommand("status", ""), "status"),
        (OwnCommand("admin", ""), "admin"),  # a group on Discord
        (OwnCommand("draw", "", ("imagine",)), "imagine"),
        (OwnCommand("first", ""), "first"),
        (OwnCommand("draw", "", ("other",)), "other"),
    ],
)
def test_a_type_whose_name_is_taken_has_no_command(own: OwnCommand, clash: str) -> None:
    first = a_type("first", command=OwnCommand("first", "", ("other",)))
    lines = {"second": {clash: 7}}
    commands, clashes = own_commands(
        [first, a_type("second", command=own)], builtin_registry().fixed_names, lines
    )
    assert list(commands) == ["first"]
    assert clashes == [
        TypeProblem("second.toml", 7, f"there is a command /{clash} already", "take another name")
    ]


def test_types_have_so_many_commands_and_no_more() -> None:
    kinds = [a_type(f"t{number}") for number in range(NAMES_MOST - 1)]
    two = a_type("two", command=OwnCommand("two", "", ("deux",)))
    commands, (problem,) = own_commands([*kinds, two, a_type("last")], ())
    assert list(commands) == [*(one.name for one in kinds), "last"]
    assert str(problem) == (
        "two.toml:1: types have 50 commands already, with their aliases; leave [command] out."
    )


def test_a_platform_has_room_for_all_commands_there_may_be() -> None:
    names = builtin_registry().fixed_names
    assert len(names) + 1 + NAMES_MOST <= 100  # with the group of the admins' commands


def test_a_problem_names_the_file_alone() -> None:
    _, (clash,) = own_commands([a_type("x", source=str(Path("/secret/x.toml")))], {"x"})
    assert "/secret" not in str(clash)


def test_such_a_type_is_offered_all_the_same() -> None:
    catalog, registry = Catalog(()), builtin_registry()
    wrong = TypeProblem("bad.toml", 3, "it is bad")
    problems = offer(FoundTypes((a_type("help"), PIXELS), (wrong,)), catalog, registry)
    assert [str(one) for one in problems] == [
        "bad.toml:3: it is bad.",
        "help.toml:1: there is a command /help already; take another name.",
    ]
    assert [(one.name, one.command) for one in catalog] == [("help", None), ("pixels", PIXELS.command)]
    assert registry.find("pixelart") is registry.find("pixel") is not None


def test_the_built_in_types_get_on_with_the_built_in_commands() -> None:
    kinds = ("comfyui", "automatic1111", "openai", "horde", "local", "sketch")
    found = FoundTypes(builtin_types({kind: Luthier() for kind in kinds}))
    registry = builtin_registry()
    assert offer(found, Catalog(()), registry) == []
    assert registry.find("inpaint") is not None


def test_what_was_offered_before_is_gone() -> None:
    catalog, registry = Catalog(()), builtin_registry()
    offer(FoundTypes((PIXELS,)), catalog, registry)
    offer(FoundTypes((a_type("other"),)), catalog, registry)
    assert [one.name for one in catalog] == ["other"]
    assert registry.find("pixelart") is None


# Given in a chat


async def test_a_command_queues_its_type_with_its_defaults() -> None:
    request = await a_house(PIXELS).asked("pixelart", prompt="a red fox")
    assert (request.type, request.prompt, request.account) == ("pixels", "a red fox", ANN)
    assert request.parameters == {one.name: one.default for one in INPUTS}
    settings = request.settings
    assert (settings.width, settings.height, settings.steps, settings.cfg_scale) == (256, 128, 8, 7.0)


async def test_what_is_given_goes_before_the_types_defaults() -> None:
    house = a_house(PIXELS)
    line = "/pixel a red fox --colours 4 --line-width 2 --console arcade --dither --title A fox --steps 9"
    parsed = parse_command(line, house.services.registry)
    request = await house.asked("pixelart", **parsed.arguments)
    assert request.prompt == "a red fox"
    assert request.parameters == {
        "colours": 4,
        "line_width": 2.0,
        "console": "arcade",
        "dither": True,
        "title": "A fox",
    }
    assert request.settings.steps == 9


@pytest.mark.parametrize(
    ("flags", "name", "value"),
    [
        ("--no-lit", "lit", False),
        ("--NO-LIT --seed 3", "lit", False),
        ("--lit false", "lit", False),
        ("--lit", "lit", True),
        ("", "lit", True),
        ("--line_width 2", "line_width", 2.0),
        ("--line-width 2", "line_width", 2.0),
    ],
)
async def test_a_switch_is_switched_off_and_a_name_is_spelt_either_way(
    flags: str, name: str, value: object
) -> None:
    lit = TypeInput("lit", InputKind.SWITCH, default=True)
    house = a_house(replace(PIXELS, inputs=(*INPUTS, lit)))
    parsed = parse_command(f"/pixelart a fox {flags}", house.services.registry)
    assert (await house.asked("pixelart", **parsed.arguments)).parameters[name] == value


async def test_a_ratio_keeps_the_number_of_the_types_pixels() -> None:
    settings = (await a_house(PIXELS).asked("pixelart", prompt="a fox", aspect_ratio="1:1")).settings
    assert (settings.width, settings.height) == (184, 184)


REPAINT = a_type("repaint", needs_image=True, takes_mask=True)


@pytest.mark.parametrize(
    ("given", "images"),
    [({"image": PICTURE}, [PICTURE]), ({"mask": MASK, "image": PICTURE}, [PICTURE, MASK])],
)
async def test_the_picture_goes_before_the_mask(
    given: dict[str, StoredImage], images: list[StoredImage]
) -> None:
    request = await a_house(REPAINT).asked("repaint", prompt="a fox", **given)
    assert request.input_images == tuple(ImageId(one.id) for one in images)


@pytest.mark.parametrize("given", [{}, {"mask": MASK}])
async def test_a_mask_of_nothing_and_no_picture_at_all_are_refused(given: dict[str, StoredImage]) -> None:
    reply = await a_house(REPAINT).give("repaint", prompt="a fox", **given)
    assert reply == Reply("The image is missing, for example --image photo.jpg.", ok=False)


async def test_a_mask_is_nothing_to_a_type_that_takes_none() -> None:
    house = a_house(a_type("redraw", needs_image=True))
    reply = await house.give("redraw", prompt="a fox", image=PICTURE, mask=MASK)
    assert not reply.ok
    assert await house.world.service.get_tasks_for_account(ANN) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": "drems"}, 'Model: there is no "drems"; did you mean dreams?'),
        ({"colours": 1000}, "Colours must be from 2 to 256, not 1000."),
        ({"nsfw": True}, "What is not safe for work is only for"),
    ],
)
async def test_what_can_not_be_made_is_refused_and_costs_nothing(given: dict[str, object], said: str) -> None:
    house = a_house(PIXELS, engine=ScriptedEngine(models=("dreams",)))
    reply = await house.give("pixelart", prompt="a fox", **given)
    assert not reply.ok
    assert reply.text.startswith(said)
    assert await house.world.pots() == (100, 0)


async def test_a_type_that_was_loaded_anew_is_made_as_it_is_now() -> None:
    house = a_house(PIXELS)
    fewer = replace(PIXELS, inputs=(TypeInput("frame", InputKind.SWITCH, default=True),), defaults={})
    house.services.catalog.replace([fewer])
    request = await house.asked("pixelart", prompt="a fox", colours=4)
    assert request.parameters == {"frame": True}
    assert request.settings.width == 768


async def test_a_type_that_has_gone_is_asked_for_in_vain() -> None:
    house = a_house(PIXELS)
    house.services.catalog.replace([a_type("other")])
    reply = await house.give("pixelart", prompt="a fox")
    assert reply == Reply('Type: there is no "pixels"; take one of other.', ok=False)


# What else is done with such a task


VARIATION = a_type("variation", needs_image=True, command=None)
ENLARGED = a_type("upscale", needs_image=True, command=None, inputs=(INPUTS[2],))


@pytest.mark.parametrize(
    ("command", "type_name", "parameters"),
    [("vary", "variation", {}), ("upscale", "upscale", {"console": "arcade"})],
)
async def test_a_picture_of_a_type_with_inputs_is_worked_with_by_types_that_have_others(
    command: str, type_name: str, parameters: dict[str, object]
) -> None:
    house = a_house(PIXELS, VARIATION, ENLARGED)
    task = await house.world.started(type="pixels", parameters={"colours": 4, "console": "arcade"})
    await house.world.service.complete_task(task.id, a_response(an_image("0")))
    request = await house.asked(command, task=task.id)
    assert (request.type, request.parameters) == (type_name, parameters)


@pytest.mark.parametrize("given", [{"command": "again"}, {"command": "edit", "prompt": "a blue fox"}])
async def test_a_task_is_made_again_with_the_inputs_that_its_type_has_now(given: dict[str, str]) -> None:
    house = a_house(PIXELS)
    task = await house.world.create(type="pixels", parameters={"colours": 4, "console": "arcade"})
    frame = TypeInput("frame", InputKind.SWITCH, default=True)
    house.services.catalog.replace([replace(PIXELS, inputs=(INPUTS[0], frame))])
    request = await house.asked(**given, task=task.id)
    assert request.parameters == {"colours": 4, "frame": True}


async def test_a_task_whose_type_has_gone_is_not_made_again() -> None:
    house = a_house(PIXELS)
    task = await house.world.create(type="pixels")
    house.services.catalog.replace([a_type("other")])
    reply = await house.give("again", task=task.id)
    assert reply == Reply('Type: there is no "pixels"; take one of other.', ok=False)


def test_types_that_stay_as_they_are_have_the_arguments_they_had() -> None:
    """Making them anew takes milliseconds, in which nobody else is served."""
    assert command_of(PIXELS).arguments is command_of(replace(PIXELS, base_price=3)).arguments
    assert command_of(PIXELS).arguments is not command_of(replace(PIXELS, inputs=INPUTS[:-1])).arguments

"""/generate and /price: from arguments to a request."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from core.commands.services import Services
from core.commands.spec import Arguments, Command, CommandCall, Flag, ImageInput, Positional
from core.commands.validation import validated
from core.errors import InvalidRequestError
from core.generation.images import StoredImage
from core.generation.models import (
    SIDE_LEAST,
    SIDE_MOST,
    BatchSize,
    CfgScale,
    GenerationRequest,
    GenerationSettings,
    Name,
    NegativePrompt,
    Prompt,
    Seed,
    Side,
    Steps,
    Strength,
)
from core.presentation.messages import say_price
from core.presentation.views import Reply

RATIO_MOST = 4
"""The longest side over the shortest: beyond it, engines repeat the subject."""

SIDE_STEP = 8
"""Sides reckoned from a ratio are multiples of this, as every engine takes them."""


def _ratio(text: str) -> str:
    match = re.fullmatch(r"\s*(\d{1,4})\s*[:/x]\s*(\d{1,4})\s*", text)
    sides = tuple(int(side) for side in match.groups()) if match else (0, 0)
    if not all(sides) or max(sides) > RATIO_MOST * min(sides):
        raise PydanticCustomError("problem", "not a ratio", {"reason": "not_a_ratio"})
    return f"{sides[0]}:{sides[1]}"


AspectRatio = Annotated[str, AfterValidator(_ratio)]


class GenerateArguments(Arguments):
    """Every flag's name, range and help stand here and nowhere else."""

    prompt: Annotated[
        Prompt,
        Field(description="what to draw", examples=["a red fox in the snow"]),
        Positional(rest=True),
    ]
    negative_prompt: Annotated[
        NegativePrompt | None, Field(description="what to leave out"), Flag("no", ("negative",))
    ] = None
    aspect_ratio: Annotated[
        AspectRatio | None, Field(description="width to height, such as 16:9"), Flag("ar")
    ] = None
    width: Annotated[Side | None, Field(description="pixels"), Flag("width", ("w",))] = None
    height: Annotated[Side | None, Field(description="pixels"), Flag("height", ("h",))] = None
    batch_size: Annotated[BatchSize | None, Field(description="how many pictures"), Flag("n")] = None
    steps: Annotated[Steps | None, Field(description="more is finer and slower"), Flag("steps")] = None
    seed: Annotated[Seed | None, Field(description="the same seed draws the same picture"), Flag("seed")] = (
        None
    )
    cfg_scale: Annotated[
        CfgScale | None, Field(description="how closely to follow the prompt"), Flag("cfg")
    ] = None
    image: Annotated[
        StoredImage | None, Field(description="a picture to start from"), Flag("image"), ImageInput()
    ] = None
    strength: Annotated[
        Strength | None, Field(description="how much of that picture to redraw"), Flag("strength")
    ] = None
    model: Annotated[Name | None, Field(description="the engine's model"), Flag("model")] = None
    sampler: Annotated[Name | None, Field(description="the engine's sampler"), Flag("sampler")] = None
    type: Annotated[Name | None, Field(description="the kind of generation"), Flag("type")] = None
    nsfw: Annotated[bool, Field(description="not safe for work: shown covered"), Flag("nsfw")] = False


async def generate(services: Services, call: CommandCall, arguments: GenerateArguments) -> Reply:
    """Queue the request; its own message shows what comes of it."""
    request = request_of(services, call, arguments)
    task = await services.generation.create_task(request, shown_in=call.anchor)
    return Reply(tasks=(task.id,))


async def price(services: Services, call: CommandCall, arguments: GenerateArguments) -> Reply:
    """Quote the request without queueing it."""
    needed = services.generation.quote(request_of(services, call, arguments))
    if services.points is None:
        return Reply(say_price(0, 0))
    return Reply(say_price(needed, await services.points.balance(call.caller.account)))


def request_of(services: Services, call: CommandCall, arguments: GenerateArguments) -> GenerationRequest:
    """Return what was asked. Raises `InvalidRequestError`."""
    given = arguments.model_dump(exclude_none=True, include=set(GenerationSettings.model_fields))
    settings = {**services.defaults.model_dump(), **given, **_size(services.defaults, arguments)}
    kind = arguments.type or ("img2img" if arguments.image else "txt2img")
    _check_names(services, arguments)
    if arguments.strength is not None and arguments.image is None:
        raise InvalidRequestError.of("strength", "needs_image")
    if arguments.nsfw and not call.allows_nsfw:
        raise InvalidRequestError.of("nsfw", "not_here")
    return validated(
        GenerationRequest,
        {
            "account": call.caller.account,
            "type": kind,
            "prompt": arguments.prompt,
            "negative_prompt": arguments.negative_prompt or "",
            "settings": settings,
            "input_images": (arguments.image.id,) if arguments.image else (),
            "origin": call.origin,
            "nsfw": arguments.nsfw,
        },
    )


def _size(defaults: GenerationSettings, arguments: GenerateArguments) -> dict[str, int]:
    """Return the sides that the arguments ask for, directly or by a ratio."""
    width, height = arguments.width, arguments.height
    ratio = _asked_ratio(arguments)
    if arguments.aspect_ratio and width and height:
        raise InvalidRequestError.of("aspect_ratio", "either", other="--width with --height")
    if ratio is None or (width and height):
        return {}
    if width:
        return {"height": _side(width / ratio)}
    if height:
        return {"width": _side(height * ratio)}
    area = defaults.width * defaults.height
    return {"width": _side(math.sqrt(area * ratio)), "height": _side(math.sqrt(area / ratio))}


def _asked_ratio(arguments: GenerateArguments) -> float | None:
    if arguments.aspect_ratio:
        width, height = arguments.aspect_ratio.split(":")
        return int(width) / int(height)
    if arguments.image:
        return min(max(arguments.image.width / arguments.image.height, 1 / RATIO_MOST), RATIO_MOST)
    return None


def _side(pixels: float) -> int:
    return min(max(round(pixels / SIDE_STEP) * SIDE_STEP, SIDE_LEAST), SIDE_MOST)


def _check_names(services: Services, arguments: GenerateArguments) -> None:
    """Refuse names that the engine does not know: servers replace those without a word."""
    capabilities = services.engine.capabilities()
    known: dict[str, tuple[Any, ...]] = {"model": capabilities.models, "sampler": capabilities.samplers}
    for name, choices in known.items():
        given = getattr(arguments, name)
        if given is not None and given not in choices:
            raise InvalidRequestError.of(name, "unknown", given=given[:40], choices=", ".join(choices))


GENERATE = Command(
    "generate",
    "Make a picture",
    GenerateArguments,
    generate,
    aliases=("imagine", "make"),
    examples=(
        "/generate a red fox in the snow",
        "/generate a lighthouse in a storm, watercolour --ar 16:9 --n 4",
        "/generate a castle at sunset --no moon --seed 7 --steps 30",
    ),
)

PRICE = Command("price", "Say what a picture would cost", GenerateArguments, price)

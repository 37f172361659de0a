"""A job's pictures on their way to the server: checked, with the mask where its nodes look for it."""

from __future__ import annotations

import asyncio
import hashlib
import io

from PIL import Image

from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.server import ComfyUIServer
from adapters.engines.wire.pictures import checked, redraw_mask
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import EngineJob


async def uploaded(server: ComfyUIServer, job: EngineJob, recipe: ComfyUIRecipe) -> dict[str, str]:
    """Upload what the workflow takes; return the server's names for it, by input.

    Raises `EngineRejectedError` with the reason `input_image` or `no_mask`: the server itself takes any
    file, and breaks on it when the job runs.
    """
    if not recipe.takes("image"):
        return {}
    try:
        files = await _files(job, recipe)
    except (EngineFaultError, OSError, ValueError, SyntaxError):  # what a decoder raises of a broken file
        raise EngineRejectedError(reason="input_image") from None
    return {name: await _upload(server, file) for name, file in files.items()}


async def _files(job: EngineJob, recipe: ComfyUIRecipe) -> dict[str, bytes]:
    pictures = await checked(job.input_images, None)
    files = {"image": pictures[0]}
    if recipe.takes_mask:
        mask = await redraw_mask(job)
        files["image"] = await asyncio.to_thread(with_mask, pictures[0], mask)
        if recipe.takes("mask"):
            files["mask"] = await asyncio.to_thread(with_mask, mask, mask)
    return files


def with_mask(picture: bytes, mask: bytes) -> bytes:
    """Return the picture as PNG, see-through where the mask is white.

    A LoadImage node gives the colours, whatever they show through, as its picture, and what they show
    through as its mask. A mask that is its own mask is therefore right whichever way a workflow reads it.
    """
    with Image.open(io.BytesIO(picture)) as image, Image.open(io.BytesIO(mask)) as anew:
        whole = image.convert("RGB")
        whole.putalpha(anew.convert("L").point(lambda value: 255 - value))
    file = io.BytesIO()
    whole.save(file, "PNG", compress_level=2)
    return file.getvalue()


async def _upload(server: ComfyUIServer, picture: bytes) -> str:
    digest = await asyncio.to_thread(lambda: hashlib.sha256(picture).hexdigest())
    return await server.upload(picture, f"{digest[:32]}.png")

from __future__ import annotations

import io

from PIL import Image

from adapters.engines.openai_images.masks import see_through
from tests.contracts.engines.rig import SIZE, a_mask


async def test_what_is_white_becomes_see_through_and_stays_white() -> None:
    with Image.open(io.BytesIO(await see_through(a_mask()))) as mask:
        assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", SIZE)
        assert mask.getpixel((0, 0)) == (0, 0, 0, 255)
        assert mask.getpixel((SIZE[0] - 1, 0)) == (255, 255, 255, 0)

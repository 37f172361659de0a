"""Makes docs/images/discord.jpg and docs/images/telegram.jpg: one request in each chat, as a member sees it.

    python tools/chat_pictures.py [discord] [telegram]

Easel runs whole, with its sketch engine, behind the stand-ins for the two platforms that the tests use. What
it shows there is drawn by Chromium, which has to be installed; Telegram's looks best with the font Roboto.
Beside what `make test` needs, Discord's picture takes simcord[screenshot], best in an environment of its own.
"""

from __future__ import annotations

import asyncio
import base64
import html
import importlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageDraw, ImageFont
from pydantic import SecretStr

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # for the tests' stand-ins, which are in no package

if TYPE_CHECKING:
    from bot.container import Container
    from bot.settings import Settings
    from core.platform import Platform
    from tests.fakes.bot_api.chats import Message

TARGETS = ROOT / "docs" / "images"
TELEGRAM_PAGE = Path(__file__).parent / "chat_pictures" / "telegram.html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60

WIDTH = 900
"""Pixels of the finished pictures."""
SHARPNESS = 2
"""Pixels that the browser draws for one of the page's; what is too many is taken out again, smoothly."""
BYTES_MOST = 100_000

PROMPT, RATIO = "a red fox in the snow", "3:2"
DISCORD_SEED, TELEGRAM_SEED = 10, 13

DISCORD_WIDTH, TELEGRAM_WIDTH = 700, 640
"""The pages' own pixels."""
DISCORD_AROUND = 172
"""What stands above and below a message in a channel: its name, the day, the field to write in."""
TELEGRAM_HEIGHT = 1400
"""More than the conversation needs: the rest, in a colour of its own, is cut off."""
OUTSIDE = (255, 0, 255)
TOKYO = "Asia/Tokyo"
"""Where it is nine in the morning as the day of Discord's stand-in begins, at midnight UTC."""
NINE = datetime(2026, 1, 1, 9, tzinfo=UTC).timestamp()
"""So that the pictures say the same time whenever they are made."""

TAGS = {
    "bold": "b",
    "italic": "i",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "bot_command": "u",
}


# --- a run --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def easel(**platform: object) -> AsyncIterator[tuple[Container, Platform]]:
    """Open Easel in a folder that is thrown away, with one platform, and work on what is asked of it."""
    from adapters.discord.config import DiscordSettings
    from adapters.telegram.config import TelegramSettings
    from bot.container import build
    from bot.platforms import open_platforms
    from bot.settings import ImagesSection, Settings, StorageSection

    with tempfile.TemporaryDirectory(prefix="easel-") as folder:
        sections: dict[str, Any] = {
            "storage": StorageSection(path=Path(folder) / "easel.db"),
            "images": ImagesSection(path=Path(folder) / "images"),
            "discord": DiscordSettings(),
            "telegram": TelegramSettings(),
        }
        settings: Settings = Settings(_env_file=None, **{**sections, **platform})
        async with build(settings) as container:
            (opened,) = open_platforms(settings, container)
            working = asyncio.create_task(container.worker.run())
            try:
                yield container, opened
            finally:
                await ended(working)


async def ended(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(SECONDS):
        while not (found := condition()):  # noqa: ASYNC110 - the stand-ins ring no bell
            await asyncio.sleep(0.05)
    return found


# --- Discord ------------------------------------------------------------------------------------------------


def steer(browser: str) -> None:
    """Make what steers a browser for simcord take this one, and draw sharply."""
    try:
        for name in ("simcord", "av"):
            importlib.import_module(name)
        found = importlib.import_module("playwright.async_api")
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"The picture of Discord needs the package {error.name}: pip install 'simcord[screenshot]'"
        ) from None
    launch, new_context = found.BrowserType.launch, found.Browser.new_context

    async def launched(self: Any, **options: Any) -> Any:
        return await launch(self, **options, executable_path=browser, args=flags())

    async def sharpened(self: Any, **options: Any) -> Any:
        return await new_context(self, **{**options, "device_scale_factor": SHARPNESS})

    found.BrowserType.launch, found.Browser.new_context = launched, sharpened


async def discord(browser: str) -> Image.Image:
    """Give /generate on a server and return its channel with the finished card."""
    import simcord
    from simcord.backend.cdn import CDN_BASE

    from adapters.discord.app import DiscordPlatform
    from adapters.discord.config import DiscordSettings

    steer(browser)
    async with easel(discord=DiscordSettings(token=SecretStr("unused"))) as (container, platform):
        assert isinstance(platform, DiscordPlatform)  # noqa: S101 - the one that was asked for
        async with simcord.run(platform.client()) as env:
            bot = env.backend.bot_user
            bot.name, bot.avatar = "Easel", "easel"
            showing = asyncio.create_task(container.delivery(platform.gateway).run())
            try:
                guild = env.create_guild()
                channel = guild.create_text_channel("art")
                ann = guild.add_member(env.create_user("ann", global_name="Ann"))
                options = {"prompt": PROMPT, "aspect_ratio": RATIO, "seed": DISCORD_SEED}
                result = await ann.slash(channel, "generate", **options)
                messages = env.backend.messages[channel.id]
                await until(lambda: any(one.attachments for one in messages.values()))
                async with env.preview(
                    channel,
                    viewers=[ann],
                    layout="channel",
                    width=DISCORD_WIDTH,
                    timezone=TOKYO,
                    assets={f"{CDN_BASE}/avatars/{bot.id}/{bot.avatar}.png": ("easel.png", face("E"))},
                ) as preview:
                    card = await preview.screenshot(viewer=ann, target=result.response)
                    size = (DISCORD_WIDTH, card.output_height + DISCORD_AROUND)
                    shot = await preview.screenshot(
                        viewer=ann, target=result.response, mode="viewport", viewport=size
                    )
            finally:
                await ended(showing)
    return Image.open(io.BytesIO(shot.png or b"")).convert("RGB")


def face(letter: str) -> bytes:
    """Return the bot's portrait: its first letter, as Telegram makes one by itself."""
    side = 160
    shades = Image.linear_gradient("L").resize((side, side))
    portrait = Image.composite(
        Image.new("RGB", shades.size, "#f0742b"), Image.new("RGB", shades.size, "#ffb35c"), shades
    )
    font = ImageFont.load_default(side * 0.55)
    ImageDraw.Draw(portrait).text((side / 2, side / 2), letter, "white", font, anchor="mm", stroke_width=1)
    made = io.BytesIO()
    portrait.save(made, "PNG")
    return made.getvalue()


# --- Telegram -----------------------------------------------------------------------------------------------


async def telegram(browser: str) -> Image.Image:
    """Give /generate in a private chat and return that chat with the finished card."""
    from adapters.telegram.config import TelegramSettings
    from tests.fakes.bot_api.server import FakeBotApi

    began = time.time()
    async with FakeBotApi(clock=lambda: NINE + time.time() - began) as fake:
        settings = TelegramSettings(token=SecretStr(fake.token), api_base_url=fake.url)
        async with easel(telegram=settings) as (container, platform):
            tasks = [
                asyncio.create_task(platform.run()),
                asyncio.create_task(container.delivery(platform.gateway).run()),
            ]
            try:
                ann = fake.user(1001, name="Ann")
                await ann.send(f"/generate {PROMPT} --ar {RATIO} --seed {TELEGRAM_SEED}")
                await until(lambda: [one for one in fake.from_bot(ann) if one.media and one.buttons])
            finally:
                await ended(*tasks)
            history = fake.history(ann)
    bubbles = "\n".join(bubble(one) for one in history)
    page = Template(TELEGRAM_PAGE.read_text(encoding="utf-8")).substitute(
        title=fake.me.name, initial=fake.me.name[0], messages=bubbles, width=TELEGRAM_WIDTH
    )
    return await asyncio.to_thread(photographed, page, browser)


def bubble(message: Message) -> str:
    """Return one message as HTML."""
    side = "theirs" if message.sender.is_bot else "ours"
    photo = ""
    if message.media is not None:
        photo = f'<img src="data:image/jpeg;base64,{base64.b64encode(message.data).decode()}">'
    text = f'<div class="text">{marked_up(message)}<time>{clock(message.date)}</time></div>'
    rows = "".join(
        "<div>" + "".join(f"<button>{html.escape(label)}</button>" for label in row) + "</div>"
        for row in message.buttons
    )
    keyboard = f"<nav>{rows}</nav>" if rows else ""
    kind = " photo" if photo else ""
    return f'<article class="{side}{kind}"><section>{photo}{text}</section>{keyboard}</article>'


def marked_up(message: Message) -> str:
    """Return the message's text with its entities, which are counted in UTF-16 units, as tags."""
    raw = message.text.encode("utf-16-le")
    edges: list[tuple[int, int, int, str]] = []
    for entity in message.entities:
        tag = TAGS.get(entity["type"], "span")
        start, length = entity["offset"], entity["length"]
        edges += [(start, 1, -length, f"<{tag}>"), (start + length, 0, -start, f"</{tag}>")]
    found, place = "", 0
    for at, _, _, tag in sorted(edges):
        found += html.escape(raw[place * 2 : at * 2].decode("utf-16-le")) + tag
        place = at
    found += html.escape(raw[place * 2 :].decode("utf-16-le"))
    return found.replace("</blockquote>\n", "</blockquote>").replace("\n<blockquote>", "<blockquote>")


def clock(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M}"


def photographed(page: str, browser: str) -> Image.Image:
    """Return the page as a browser shows it, without what is outside of the chat."""
    with tempfile.TemporaryDirectory(prefix="easel-") as folder:
        written, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        written.write_text(page, encoding="utf-8")
        subprocess.run(
            [
                browser,
                *flags(),
                "--headless=new",
                "--hide-scrollbars",
                f"--force-device-scale-factor={SHARPNESS}",
                f"--window-size={TELEGRAM_WIDTH},{TELEGRAM_HEIGHT}",
                f"--user-data-dir={folder}/profile",
                f"--screenshot={shot}",
                written.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
        picture = Image.open(shot).convert("RGB")
    empty = Image.new("RGB", picture.size, OUTSIDE)
    return picture.crop(ImageChops.difference(picture, empty).getbbox())


# --- both ---------------------------------------------------------------------------------------------------


def flags() -> list[str]:
    """Return what the browser has to be told: as root it refuses its own sandbox."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def saved(picture: Image.Image, target: Path) -> None:
    """Store the picture in its final size, as good as its share of bytes allows."""
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    sizes = (jpeg(picture, quality) for quality in range(90, 40, -2))
    made = next((one for one in sizes if len(one) < BYTES_MOST), None)
    if made is None:
        raise SystemExit(f"{target.name} does not become smaller than {BYTES_MOST // 1000} kB")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)
    print(f"{target.relative_to(ROOT)}: {size[0]}×{size[1]}, {len(made) // 1000} kB")


def jpeg(picture: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, optimize=True, progressive=True)
    return made.getvalue()


MAKERS = {"discord": discord, "telegram": telegram}


def main() -> None:
    """Make the pictures that are named, or both."""
    names = sys.argv[1:] or list(MAKERS)
    if set(names) - set(MAKERS):
        raise SystemExit(__doc__)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SystemExit(
            "The pictures are drawn by Chromium, which is not on PATH: install the package chromium."
        )
    for name in names:
        saved(asyncio.run(MAKERS[name](browser)), TARGETS / f"{name}.jpg")


if __name__ == "__main__":
    main()

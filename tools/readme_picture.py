"""Makes docs/images/console.jpg: a console session as it looks, beside the picture that it made.

    python tools/readme_picture.py [FONT.ttf]

Runs the program in a terminal of its own, draws that terminal's cells, and puts the finished picture
beside them. Needs a monospaced TrueType font.
"""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "images" / "console.jpg"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
COLUMNS, ROWS = 76, 36
CELL = (9, 18)
MARGIN = 18
BACKGROUND, FOREGROUND = "#16181d", "#d7dae0"
NAMED = {
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "cyan": "#56b6c2",
    "magenta": "#c678dd",
    "black": "#5c6370",
    "white": "#d7dae0",
    "brightblack": "#7f848e",
}
PROMPT = b"a red fox in the snow --seed 7\r"
SECONDS = 60


def session(folder: Path) -> pyte.Screen:
    """Type one prompt into a new Easel and return its terminal when the picture is there."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLORTERM": "truecolor", "TERM": "xterm-256color"}
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    deadline = time.monotonic() + SECONDS
    typed = False
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.5)[0]:
                said = os.read(ours, 65536)
                stream.feed(said)
                if b"\x1b[6n" in said:  # the program asks where the cursor is
                    os.write(ours, b"\x1b[%d;%dR" % (screen.cursor.y + 1, screen.cursor.x + 1))
            text = "\n".join(screen.display)
            if not typed and "easel>" in text:
                os.write(ours, PROMPT)
                typed = True
            if re.search(r"image: .*\.png.*easel>", text, flags=re.DOTALL):
                return screen
        raise SystemExit("the session did not end:\n" + "\n".join(screen.display))
    finally:
        program.terminate()
        program.wait(10)
        os.close(ours)


def colour(name: str, default: str) -> str:
    """Return a pyte colour as Pillow takes it."""
    if name == "default":
        return default
    return NAMED.get(name, f"#{name}" if re.fullmatch(r"[0-9a-f]{6}", name) else default)


def drawn(screen: pyte.Screen, font: ImageFont.FreeTypeFont) -> Image.Image:
    """Return the terminal's cells as a picture."""
    width, height = CELL
    used = max(row for row, line in enumerate(screen.display) if line.strip()) + 1
    picture = Image.new("RGB", (COLUMNS * width, used * height), BACKGROUND)
    draw = ImageDraw.Draw(picture)
    for row in range(used):
        for column in range(COLUMNS):
            cell = screen.buffer[row][column]
            left, top = column * width, row * height
            ink, paper = colour(cell.fg, FOREGROUND), colour(cell.bg, BACKGROUND)
            if cell.data == "▀":  # drawn as it is meant, whatever the font has
                draw.rectangle((left, top, left + width - 1, top + height // 2 - 1), ink)
                draw.rectangle((left, top + height // 2, left + width - 1, top + height - 1), paper)
            elif cell.data.strip():
                draw.text((left, top), cell.data, ink, font)
    return picture


def main() -> None:
    """Run the session, draw it, and store the picture."""
    font = ImageFont.truetype(sys.argv[1] if len(sys.argv) > 1 else FONT, 15)
    with tempfile.TemporaryDirectory(prefix="easel-") as folder:
        terminal = drawn(session(Path(folder)), font)
        made = Image.open(next(Path(folder).glob("data/images/*/*.png"))).convert("RGB")
    side = terminal.height
    made = made.resize((side, side), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (terminal.width + side + 3 * MARGIN, side + 2 * MARGIN), BACKGROUND)
    sheet.paste(terminal, (MARGIN, MARGIN))
    sheet.paste(made, (terminal.width + 2 * MARGIN, MARGIN))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(TARGET, quality=80, optimize=True)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()

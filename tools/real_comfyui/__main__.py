"""``python -m tools.real_comfyui prepare | serve``: make a real ComfyUI in a folder, and start it."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from tools.real_comfyui.folder import DEFAULT, Folder
from tools.real_comfyui.packages import TORCH, InstallationError
from tools.real_comfyui.preparation import missing, prepare
from tools.real_comfyui.server import NotStartedError, Server

HELP = f"""\
The installation failed, for the reason above; the same command tries again.
Where {TORCH} was not found, name a place that has it: with PIP_FIND_LINKS, or as your installer is told.
Where no environment could be made, put uv on PATH, or install what Python lacks (Debian: python3-venv)."""

UNPREPARED = "It is not prepared: {what} is missing. Run: python -m tools.real_comfyui prepare"


def prepared(folder: Folder) -> int:
    """Do every step, and say so."""
    try:
        for line in prepare(folder):
            print(line, flush=True)
    except InstallationError as error:
        print(error.said, HELP, sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error}\nThe same command tries again.", file=sys.stderr)
        return 1
    print(f"ready to serve: {folder.root}")
    return 0


def served(folder: Folder, port: int) -> int:
    """Start it, say where it is, and stay until it ends or is told to."""
    if absent := missing(folder):
        print(UNPREPARED.format(what=absent[0]), file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        with Server(folder, port=port) as server:
            server.start()
            print(f"ready: {server.url}", flush=True)
            return server.wait()
    except NotStartedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tools.real_comfyui", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (("prepare", "make what is not there yet"), ("serve", "start it, and stay")):
        command = commands.add_parser(name, help=does, description=does)
        command.add_argument("--folder", type=Path, default=DEFAULT, help="where everything is")
    commands.choices["serve"].add_argument("--port", type=int, default=8188, help="on this machine alone")
    asked = parser.parse_args(arguments)
    folder = Folder(asked.folder.expanduser().absolute())
    return prepared(folder) if asked.command == "prepare" else served(folder, asked.port)


if __name__ == "__main__":
    raise SystemExit(main())

"""The command line. Nothing heavy is imported before it is known what is asked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from bot import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return the exit code: 0 done, 1 failed, 2 bad settings or usage, 130 Ctrl-C."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        return _run(asked, parser)
    except KeyboardInterrupt:  # while it starts; once it serves, a stop is orderly
        return 130
    finally:
        _drop_unwritable_output()


def _drop_unwritable_output() -> None:
    """Let what nobody can read any more go: Python would end with 120 over it, whatever the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _run(asked: argparse.Namespace, parser: argparse.ArgumentParser) -> int:  # noqa: PLR0911 - one each
    match asked.command:
        case "run":
            from bot.start import start

            return start(chats=True)
        case "console":
            from bot.start import start

            return start(once=asked.once)
        case "check":
            from bot.check import check

            return check(live=asked.live)
        case "types":
            from bot.types import types

            return types()
        case "sync":
            from bot.sync import sync

            return sync()
        case "migrate":
            from bot.migrate import migrate

            return migrate()
        case _:
            parser.print_help()
            return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="easel",
        description="A self-hosted image-generation bot.",
        epilog="Settings come from the environment and .env; .env.example lists them all.",
    )
    parser.add_argument("--version", action="version", version=f"easel {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    commands.add_parser("run", help="serve every chat that is switched on; with none, open the console")
    console = commands.add_parser("console", help="chat with Easel here, or pipe commands into it")
    console.add_argument("--once", metavar="TEXT", help="do one command, wait for its pictures, and leave")
    checking = commands.add_parser("check", help="say what is on, what is off and why, and what is wrong")
    checking.add_argument(
        "--live",
        action="store_true",
        help="ask the engines and the chat platforms too whether they are there",
    )
    commands.add_parser("types", help="list the generation types, and say what is wrong with their files")
    commands.add_parser("sync", help="tell Discord the commands anew")
    commands.add_parser("migrate", help="bring the database up to date, and say what was done")
    return parser

"""What goes wrong: each time one clear sentence, the right exit code, no traceback and no points lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from bot.container import build
from core.access import Caller
from core.commands.spec import CommandCall
from core.errors import StorageUnavailableError
from core.ids import AccountId
from core.presentation.messages import say_error
from tests.bot.houses import settings_in
from tests.crash.invariants import check_settled, read
from tests.e2e.program import Finished, Program, easel

pytestmark = pytest.mark.e2e

LINES = {
    "/generate": "The prompt is missing, for example a red fox in the snow.",
    "/generate --steps 3": "The prompt is missing, for example a red fox in the snow.",
    f"/generate {'x' * 10_000}": "The prompt has 10,000 characters; 2,000 is the most.",
    f"/generate fox --no {'x' * 3_000}": "The negative prompt has 3,000 characters; 2,000 is the most.",
    "/generate fox --width 0": "Width must be from 64 to 2,048, not 0.",
    "/generate fox --width 100000": "Width must be from 64 to 2,048, not 100000.",
    "/generate fox --width -1": "Width must be from 64 to 2,048, not -1.",
    "/generate fox --width 1e9": 'Width must be a whole number, not "1e9".',
    "/generate fox --steps NaN": 'Steps must be a whole number, not "NaN".',
    "/generate fox --cfg inf": 'Cfg must be a number, not "inf".',
    "/generate fox --n 0": "The number of pictures must be from 1 to 8, not 0.",
    "/generate fox --sed 7": "Unknown --sed, did you mean --seed?",
    "/generate fox --zzz 7": "Unknown --zzz; /help generate lists the flags.",
    "/generate fox --seed 1 --seed 2": "--seed is given twice.",
    "/generate fox --type dream": (
        'Type: there is no "dream"; take one of txt2img, img2img, inpaint, variation, upscale.'
    ),
    "/generate fox --model dream": 'Model: there is no "dream"; take one of sketch.',
    "/generate fox --ar 16:9 --w 512 --h 512": (
        "The aspect ratio and --width with --height say the same thing; give one of them."
    ),
    "/genrate fox": "There is no command /genrate; did you mean /generate?",
    "/xyzzy": "There is no command /xyzzy; /help lists them all.",
    "/points now": '/points: "now" is too much; /help points shows how.',
    "/generate fox --image": "--image needs a value; /help generate says which.",
    "/generate fox --image missing.png": "The image: there is no file missing.png.",
    "/generate fox --image .": "The image: . is a folder; name a picture in it.",
    "/generate fox --image text.png": "The image is not a picture; send a PNG, JPEG, WebP, GIF or AVIF.",
    "/generate fox --image cut.png": "The image is damaged or cut short; send it again.",
    "/generate fox --image bomb.png": "The image has more than 40,000,000 pixels; send a smaller one.",
    "/generate \u200b\u200d\u202e": "The prompt is empty: say what to draw.",  # nothing that anybody sees
    "\x00\x07": "The prompt is empty: say what to draw.",
    "x" * 70_000: "The line is longer than 64 KiB; nothing was done with it.",
    "/generate fox --w 2048 --h 2048 --steps 150 --n 8": (
        "That needs 2,400 points, and there are 100 points. Fewer steps, a smaller size or fewer pictures "
        "cost less; an admin can give more."
    ),
    "/show aaaaaa": "There is no task aaaaaa; /status and /history list yours.",
    "/again aaaaaa": "There is no task aaaaaa; /status and /history list yours.",
    "/cancel aaaaaa": "There is no task aaaaaa; /status and /history list yours.",
    "/cancel": "You have no tasks to cancel.",
    "/history --n 1000": "The number of tasks must be from 1 to 50, not 1000.",
    "/grant me -5": "The number of points must be from 1 to 1,000,000,000, not -5.",
    "/grant me many": 'The number of points must be a whole number, not "many".',
    "/grant ann 5": 'Account must be like "me" or "console:ann", not "ann".',
    "/help nothing": "There is no command /nothing; /help lists them all.",
}


def make_files(folder: Path) -> None:
    (folder / "text.png").write_text("a red fox\n")
    Image.new("RGB", (300, 200), "teal").save(folder / "whole.png")
    whole = (folder / "whole.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "bomb.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_each_bad_line_gets_its_sentence(tmp_path: Path) -> None:
    make_files(tmp_path)
    done = easel("console", folder=tmp_path, stdin="\n".join([*LINES, "/points", ""]))
    assert dict(zip(LINES, done.lines, strict=False)) == LINES
    assert done.lines[len(LINES) :] == ["You have 100 points.", "  +100  grant  welcome"]
    assert (done.code, done.err) == (1, "")
    assert read(tmp_path / "data").tasks == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a red fox\nin the\r\nsnow", "a red fox in the snow"),
        ("\u05e9\u05d5\u05e2\u05dc \u202egnp.exe\u202c a\u200bb", "\u05e9\u05d5\u05e2\u05dc gnp.exe ab"),
        ("a red \udcff fox", "a red fox"),  # a byte that is not UTF-8
    ],
)
def test_what_nobody_sees_is_taken_out_of_a_prompt(tmp_path: Path, given: str, kept: str) -> None:
    done = easel("console", "--once", f"/generate {given} --w 64 --h 64", folder=tmp_path)
    assert (done.code, done.err, len(done.images())) == (0, "", 1)
    shown = easel("console", "--once", f"/show {done.task()}", folder=tmp_path)
    assert f"prompt: {kept}" in shown.lines


async def test_a_task_of_somebody_else_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    ann, bob = (
        Caller(AccountId("console:ann"), is_admin=False),
        Caller(AccountId("console:bob"), is_admin=False),
    )
    async with build(settings_in(tmp_path)) as easel_inside:
        dispatch = easel_inside.dispatcher.dispatch
        (task,) = (await dispatch(CommandCall("generate", ann, {"prompt": "a fox"}))).tasks
        for command in ("show", "cancel", "again"):
            reply = await dispatch(CommandCall(command, bob, {"task": task}))
            assert (reply.ok, reply.text) == (
                False,
                f"There is no task {task}; /status and /history list yours.",
            )
        reply = await dispatch(CommandCall("grant", bob, {"account": bob.account, "points": "5"}))
        assert (reply.ok, reply.text) == (False, "/grant is for admins.")
        reply = await dispatch(CommandCall("points", bob, {}))
        assert reply.text.startswith("You have 100 points.")
        reply = await dispatch(CommandCall("cancel", ann, {"task": task}))
        assert reply.ok


# Engines


def test_a_picture_that_no_engine_can_make_now_waits_and_says_so(tmp_path: Path) -> None:
    settings = {"comfyui__url": "http://127.0.0.1:9", "log__level": "ERROR"}
    with Program("console", "--once", "a red fox", folder=tmp_path, settings=settings) as program:
        program.expect_error("^No engine can be reached now; the picture waits until one can. Ctrl-C leaves")
        program.signal(signal.SIGINT)
        assert program.wait() == 130
    assert len(program.errors) == 1
    assert [task["status"] for task in read(tmp_path / "data").tasks] == ["pending"]


# Disks


def limited(size: int) -> list[str]:
    """A launcher that lets no file grow beyond `size` bytes: to a program, as good as a full disk."""
    code = f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    return [sys.executable, "-c", f"{code}; os.execv(sys.argv[1], sys.argv[1:])"]


def bound_by_permissions() -> list[str]:
    """A launcher for a root whom permissions stop as they stop everybody."""
    if os.geteuid() != 0:
        return []
    drop, overriding = 24, (1, 2)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of Linux
    dropping = f"[ctypes.CDLL(None).prctl({drop}, one, 0, 0, 0) for one in {overriding}]"
    code = f"import ctypes, os, sys; {dropping}"
    return [sys.executable, "-c", f"{code}; os.execv(sys.argv[1], sys.argv[1:])"]


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_full_disk_fails_the_task_and_refunds_it(tmp_path: Path) -> None:
    command = "/generate a red fox in the snow --w 2048 --h 2048 --steps 1"  # megabytes, unlike the database
    done = easel("console", "--once", command, folder=tmp_path, launcher=limited(1_000_000))
    assert done.code == 1
    (line,) = [line for line in done.lines if "Failed" in line]
    assert "Failed: The disk is full; an admin has to make room. 2 points are back." in line
    assert "Traceback" not in done.err
    assert list((tmp_path / "data" / "images").rglob("*.p*")) == []
    state = read(tmp_path / "data")
    check_settled(state)
    assert [account["balance"] for account in state.accounts] == [100]


def test_a_folder_of_pictures_that_is_read_only_fails_and_refunds(tmp_path: Path) -> None:
    images = tmp_path / "data" / "images"
    images.mkdir(parents=True)
    with read_only(images):
        done = easel(
            "console",
            "--once",
            "/generate a fox --w 64 --h 64",
            folder=tmp_path,
            settings={"worker__attempts": "1"},
            launcher=bound_by_permissions(),
        )
    assert done.code == 1
    assert f"Failed: {images} can't be written; check its owner and permissions. 1 point is back." in done.out
    assert "Traceback" not in done.err
    check_settled(read(tmp_path / "data"))


# Databases


def refused(folder: Path, reason: str, *, launcher: Sequence[str] = (), path: str = "data/easel.db") -> None:
    """Every way in says the sentence for the reason, and nothing else."""
    sentence = say_error(StorageUnavailableError(reason=reason, path=path))
    settings = {"storage__path": path}
    for arguments in (["run"], ["console", "--once", "/points"]):
        done = easel(*arguments, folder=folder, launcher=launcher, settings=settings)
        assert done == Finished(1, "", f"{sentence}\n")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """One that is up to date."""
    assert easel("migrate", folder=tmp_path).code == 0
    return tmp_path / "data" / "easel.db"


def test_a_database_that_is_read_only(tmp_path: Path, database: Path) -> None:
    with read_only(database):
        refused(tmp_path, "read_only", launcher=bound_by_permissions())
    with read_only(database, database.parent, *database.parent.iterdir()):
        refused(tmp_path, "read_only", launcher=bound_by_permissions())


def test_a_database_that_another_program_locks(tmp_path: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused(tmp_path, "locked")
        other.rollback()
    assert easel("run", folder=tmp_path).code == 0


def test_a_database_of_a_newer_program(tmp_path: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as newer, newer:
        newer.execute("INSERT INTO migrations VALUES (9999, '9999_later', 0)")
    before = database.read_bytes()
    refused(tmp_path, "newer")
    assert database.read_bytes() == before


def test_a_database_that_is_none(tmp_path: Path) -> None:
    list_of_things = "a shopping list\n" * 1000
    (tmp_path / "list.txt").write_text(list_of_things)
    refused(tmp_path, "not_a_database", path="list.txt")
    assert (tmp_path / "list.txt").read_text() == list_of_things


def test_a_database_that_is_damaged(tmp_path: Path, database: Path) -> None:
    content = database.read_bytes()
    database.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    refused(tmp_path, "corrupt")


def test_a_database_that_is_a_folder_or_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    refused(tmp_path, "cannot_open", path="folder")
    refused(tmp_path, "cannot_open", path="file/easel.db")

"""What the store on disk does beyond the contract: whole files, whatever breaks in between."""
# ruff: noqa: ASYNC240  a test looks at the disk while nothing else waits for its loop

import asyncio
import hashlib
import io
import os
import random
import re
import stat
import subprocess
import sys
import tempfile
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from adapters.storage.images import FileImageStore
from core.errors import NotFoundError, StorageUnavailableError
from core.ids import ImageId

REPOSITORY = Path(__file__).parents[3]
KILLS = 15
NEVER = "0" * 64


def png(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (24, 16), colour).save(file, "PNG")
    return file.getvalue()


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def assert_whole(path: Path) -> None:
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == path.stem
    with Image.open(io.BytesIO(content)) as image:
        image.load()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "images"


@pytest.fixture
def store(root: Path) -> FileImageStore:
    return FileImageStore(root)


async def test_nothing_is_touched_before_the_first_picture(store: FileImageStore, root: Path) -> None:
    with pytest.raises(NotFoundError):
        await store.load(ImageId(NEVER))
    assert await store.discard([ImageId(NEVER)], stored_before=datetime.now(UTC)) == 0
    assert not root.parent.exists()


async def test_a_file_is_named_after_its_content(store: FileImageStore, root: Path) -> None:
    stored = await store.save(png(), "a fox")
    path = root / stored.id[:2] / f"{stored.id}.png"
    assert files(root) == [path]
    assert await store.locate(stored.id) == str(path)
    assert_whole(path)


async def test_the_place_is_absolute_and_stays_when_the_working_directory_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = FileImageStore(Path("pictures"))
    monkeypatch.chdir("/")
    stored = await store.save(png(), "a fox")
    assert Path(await store.locate(stored.id)).is_relative_to(tmp_path / "pictures")


async def test_the_same_content_again_only_freshens_the_time(store: FileImageStore) -> None:
    stored = await store.save(png(), "a fox")
    path = Path(await store.locate(stored.id))
    os.utime(path, (1, 1))
    before = path.stat()
    await store.save(png(), "a fox")
    after = path.stat()
    assert after.st_ino == before.st_ino
    assert abs(after.st_mtime - datetime.now(UTC).timestamp()) < 60


@pytest.mark.parametrize("damage", ["short", "empty", "other"])
async def test_a_damaged_file_is_replaced(store: FileImageStore, root: Path, damage: str) -> None:
    stored = await store.save(png(), "a fox")
    path = Path(await store.locate(stored.id))
    whole = path.read_bytes()
    path.write_bytes({"short": whole[:-7], "empty": b"", "other": whole[:-7] + b"1234567"}[damage])
    assert await store.save(png(), "a fox") == stored
    assert files(root) == [path]
    assert_whole(path)


async def test_a_file_follows_the_operators_umask(store: FileImageStore) -> None:
    path = Path(await store.locate((await store.save(png(), "a fox")).id))
    umask = os.umask(0o022)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask


async def test_old_leftovers_are_swept_and_nothing_else(store: FileImageStore, root: Path) -> None:
    folder = root / "00"
    folder.mkdir(parents=True)
    stray = root / "zz"
    stray.mkdir()
    unfinished = f"{NEVER}.{'1' * 32}.part"
    old, young = folder / unfinished, folder / f"{NEVER}.{'2' * 32}.part"
    others = [
        folder / "notes.part",
        folder / f"{NEVER}.png",
        folder / f"{NEVER}.part",
        root / unfinished,
        stray / unfinished,
    ]
    now = datetime.now(UTC)
    for path in (old, young, *others):
        path.write_bytes(b"half")
        os.utime(path, (1, 1))
    os.utime(young, ((now - timedelta(minutes=59)).timestamp(),) * 2)
    stored = await store.save(png(), "a fox")
    assert files(root) == sorted([young, *others, Path(await store.locate(stored.id))])


async def test_two_stores_in_one_folder(root: Path) -> None:
    stores = [FileImageStore(root) for _ in range(4)]
    saved = await asyncio.gather(*(stores[index % 4].save(png(), str(index % 3)) for index in range(48)))
    assert {path.stem for path in files(root)} == {one.id for one in saved}
    for path in files(root):
        assert_whole(path)


@pytest.mark.skipif(sys.platform == "win32", reason="folders are locked on Unix alone")
async def test_what_another_process_stores_again_is_not_discarded(store: FileImageStore) -> None:
    import fcntl

    stored = await store.save(png(), "a fox")
    path = Path(await store.locate(stored.id))
    os.utime(path, (1, 1))
    other = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)  # another process is at it
    discarding = asyncio.ensure_future(
        store.discard([stored.id], stored_before=datetime(2000, 1, 1, tzinfo=UTC))
    )
    saving = asyncio.ensure_future(store.save(png(), "a fox"))
    assert await asyncio.wait({discarding, saving}, timeout=0.2) == (set(), {discarding, saving})
    os.utime(path)
    os.close(other)
    assert await discarding == 0
    assert await saving == stored
    assert_whole(path)


# --- a disk that will not


def in_child(code: str, *arguments: str) -> str:
    """Run `code` in a process of its own, where limits and rights can be taken away for good."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code), *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FULL_DISK = """
    import asyncio, io, pathlib, random, resource, signal, sys
    from PIL import Image
    from adapters.storage.images import FileImageStore
    from core.errors import StorageFullError

    def png(side):
        file = io.BytesIO()
        Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)).save(file, "PNG")
        return file.getvalue()

    async def main(root):
        store = FileImageStore(pathlib.Path(root))
        small, large = png(16), png(200)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
        for write in (store.save(large, "a fox"), store.accept(large)):
            try:
                await write
            except StorageFullError as error:
                print("full", error.facts["path"] == root, type(error.__cause__).__name__)
        await store.save(small, "a fox")
        print("small goes on")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await store.save(large, "a fox")
        print("large again")

    asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are a Unix thing")
def test_a_full_disk(root: Path) -> None:
    said = in_child(FULL_DISK, str(root))
    assert said.splitlines() == ["full True OSError"] * 2 + ["small goes on", "large again"]
    assert len(files(root)) == 2
    for path in files(root):
        assert path.suffix == ".png"
        assert_whole(path)


READ_ONLY = """
    import asyncio, io, os, pathlib, sys
    from datetime import UTC, datetime
    from PIL import Image
    from adapters.storage.images import FileImageStore
    from core.errors import StorageUnavailableError

    async def main(root):
        store = FileImageStore(pathlib.Path(root))
        file = io.BytesIO()
        Image.new("RGB", (24, 16), "red").save(file, "PNG")
        stored = await store.save(file.getvalue(), "a fox")
        others = [str(number) for number in range(300)]  # of which some go into the same folder
        for folder in (root, os.path.join(root, stored.id[:2])):
            os.chmod(folder, 0o555)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setegid(65534)
            os.seteuid(65534)
        refused = set()
        for text in others:
            try:
                await store.save(file.getvalue(), text)
            except StorageUnavailableError as error:
                refused.add((error.facts["reason"], error.facts["path"] == root))
        try:
            await store.discard([stored.id], stored_before=datetime.max.replace(tzinfo=UTC))
        except StorageUnavailableError as error:
            refused.add((error.facts["reason"], error.facts["path"] == root))
        print(sorted(refused), len(await store.load(stored.id)) == stored.size)

    asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights as on Unix")
def test_a_folder_that_may_not_be_written() -> None:
    with (
        tempfile.TemporaryDirectory() as outer
    ):  # not tmp_path: root becomes nobody here, who may not enter that
        root = Path(outer, "images")
        Path(outer).chmod(0o755)
        try:
            assert in_child(READ_ONLY, str(root)).strip() == "[('read_only', True)] True"
            assert len(files(root)) == 1
        finally:
            for folder in (root, *root.iterdir()):
                folder.chmod(0o755)


async def test_a_file_where_the_folder_should_be(root: Path, store: FileImageStore) -> None:
    root.parent.mkdir()
    root.write_bytes(b"")
    with pytest.raises(StorageUnavailableError) as caught:
        await store.save(png(), "a fox")
    assert caught.value.facts == {"reason": "cannot_write", "path": str(root)}
    with pytest.raises(StorageUnavailableError) as caught:
        await store.load(ImageId(NEVER))
    assert caught.value.facts["reason"] == "cannot_read"
    with pytest.raises(StorageUnavailableError) as caught:
        await store.locate(ImageId(NEVER))
    assert caught.value.facts["reason"] == "cannot_read"


async def test_opening_makes_the_folder_and_sweeps(root: Path, store: FileImageStore) -> None:
    abandoned = root / "00" / f"{NEVER}.{'0' * 32}.part"
    abandoned.parent.mkdir(parents=True)
    abandoned.touch()
    os.utime(abandoned, (0, 0))
    await store.open()
    assert files(root) == []
    other = root.parent / "other"
    await FileImageStore(other).open()
    assert other.is_dir()


async def test_opening_says_where_there_can_be_no_folder(root: Path, store: FileImageStore) -> None:
    root.parent.mkdir()
    root.write_bytes(b"")
    with pytest.raises(StorageUnavailableError) as caught:
        await store.open()
    assert caught.value.facts == {"reason": "cannot_write", "path": str(root)}


async def test_a_folder_in_the_pictures_place_leaves_no_temporary_file(
    root: Path, store: FileImageStore
) -> None:
    stored = await store.save(png(), "a fox")
    path = Path(await store.locate(stored.id))
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageUnavailableError):
        await store.save(png(), "a fox")
    assert files(root) == []
    path.rmdir()
    assert await store.save(png(), "a fox") == stored


# --- a process that is killed

SAVING = """
    import asyncio, io, pathlib, random, sys
    from PIL import Image
    from adapters.storage.images import FileImageStore

    async def main(root, seed):
        store, chance = FileImageStore(pathlib.Path(root)), random.Random(seed)
        file = io.BytesIO()
        Image.frombytes("RGB", (400, 400), chance.randbytes(480_000)).save(file, "PNG", compress_level=0)

        async def save(number):
            stored = await store.save(file.getvalue(), f"{seed} {number}")
            print(stored.id, flush=True)

        print("ready", flush=True)
        number = 0
        while True:
            await asyncio.gather(*(save(number + more) for more in range(4)))
            number += 3  # one of them again

    asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


@pytest.fixture
def chance() -> random.Random:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # pytest shows it with a failure
    return random.Random(seed)


@pytest.mark.crash
@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_only_whole_files(root: Path, chance: random.Random) -> None:
    confirmed: set[str] = set()
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(SAVING), str(root), str(chance.randrange(2**32))],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        with child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(timeout=chance.uniform(0.005, 0.15))
            child.kill()
            confirmed.update(re.findall(r"^([0-9a-f]{64})$", child.stdout.read(), re.MULTILINE))
        for path in files(root):
            if path.suffix == ".png":
                assert_whole(path)
            else:
                assert re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{32}\.part", path.name)
        assert confirmed <= {path.stem for path in root.rglob("*.png")}
    assert confirmed
    leftovers = list(root.rglob("*.part"))
    print(f"{len(confirmed)} confirmed, {len(leftovers)} left unfinished")
    for path in leftovers:
        os.utime(path, (1, 1))
    asyncio.run(FileImageStore(root).save(png(), "a fox"))
    assert list(root.rglob("*.part")) == []

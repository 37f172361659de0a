"""Commands through a pipe, from the bytes that come in to the lines that go out."""

from __future__ import annotations

import asyncio
import io
import os
import re
from pathlib import Path

import pytest

from adapters.console.commands import ConsoleCommands
from core.generation.models import GenerationStatus
from core.generation.service import Limits
from core.ids import AccountId
from tests.adapters.console.house import House, Overheard, png

OPERATOR = AccountId("console:operator")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def images_in(lines: list[str]) -> list[Path]:
    return [Path(line.removeprefix("image: ")) for line in lines if line.startswith("image: ")]


async def test_a_prompt_becomes_a_picture(house: House) -> None:
    code, lines = await house.run("/generate a red fox --seed 7\n")
    assert code == 0
    (picture,) = images_in(lines)
    assert picture.is_absolute()
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert re.fullmatch(
        r"[0-9a-z]{6} Done in \d\.\d s · told · 768×768 · 20 steps · seed 7 · 6 points", lines[-2]
    )
    assert lines[-1] == f"image: {picture}"
    assert len(set(lines)) == len(lines)


async def test_text_without_a_command_is_a_prompt_and_a_batch_gives_a_line_a_picture(house: House) -> None:
    code, lines = await house.run("a red fox, and a dog's life --n 3")
    assert code == 0
    assert len(images_in(lines)) == 3


async def test_blank_lines_and_comments_are_skipped(house: House) -> None:
    assert await house.run("\n   \n# /generate a fox\n\t# no\r\n") == (0, [])


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "/exit\n/help\n", "/QUIT"])
async def test_nothing_to_do_is_done(house: House, text: str) -> None:
    assert await house.run(text) == (0, [])


async def test_a_mark_at_the_start_of_a_windows_file_is_no_text(house: House) -> None:
    code, lines = await house.run("\ufeff/status\r\n".encode())
    assert (code, lines) == (0, ["You have no tasks waiting."])


async def test_each_reply_is_printed_before_the_next_line_is_read(house: House) -> None:
    printed_at_read: list[str] = []
    out = io.StringIO()

    class LineByLine(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            printed_at_read.append(out.getvalue())
            return self.readline()

    stdin = io.TextIOWrapper(LineByLine(b"/status\n/nothing\n/grant me 5\n"))
    assert await house.console(stdin, out).run() == 1
    assert [text.count("\n") for text in printed_at_read] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/genrate a fox", "There is no command /genrate; did you mean /generate?"),
        ("/frobnicate", "There is no command /frobnicate; /help lists them all."),
        ("/generate a fox --sed 7", "Unknown --sed, did you mean --seed?"),
        ("/generate a fox --steps many", 'Steps must be a whole number, not "many".'),
        ("/generate", "The prompt is missing, for example a red fox in the snow."),
        ("/generate x --image {root}/none.png", "The image: there is no file {root}/none.png."),
        ("/generate x --image ~nobody-at-all/a.png", "The image: there is no file ~nobody-at-all/a.png."),
        ("/generate x --image a\0b.png", "The image: there is no file a\ufffdb.png."),
        ("/generate x --image", "--image needs a value; /help generate says which."),
        ("/generate x --image {root}", "The image: {root} is a folder; name a picture in it."),
        (
            "/generate x --image {root}/text.png",
            "The image is not a picture; send a PNG, JPEG, WebP, GIF or AVIF.",
        ),
        ("/generate x --image {root}/pipe", "The image: {root}/pipe is not a file; name a picture."),
        ("/generate x --image /dev/null", "The image: /dev/null is not a file; name a picture."),
        ("/generate x --image {root}/fox.png/more", "The image: there is no file {root}/fox.png/more."),
        ("/grant ann 5", 'Account must be like "me" or "console:ann", not "ann".'),
        ("/show 000000", "There is no task 000000; /status and /history list yours."),
        ("/show \x1b[31mred\x07", None),
    ],
)
async def test_a_bad_line_is_refused_in_one_sentence(
    house: House, tmp_path: Path, line: str, answer: str | None
) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "fox.png").write_bytes(png())
    os.mkfifo(tmp_path / "pipe")
    code, lines = await house.run(line.replace("{root}", str(tmp_path)))
    assert code == 1
    if answer is not None:
        assert lines == [answer.replace("{root}", str(tmp_path))]
    assert all(text.isprintable() for text in lines)


async def test_a_file_that_may_not_be_read_says_so(house: House, tmp_path: Path) -> None:
    path = tmp_path / ("n" * 300)  # root may read every file; a name too long refuses even root
    code, lines = await house.run(f"/generate x --image {path}")
    assert code == 1
    assert lines == [f"The image: {str(path)[:200]} can't be read; check its permissions."]


@pytest.mark.parametrize("quote", ["", '"', "'"])
async def test_a_picture_can_be_drawn_from(house: House, tmp_path: Path, quote: str) -> None:
    path = tmp_path / "my fox.png"
    path.write_bytes(png(64, 32))
    code, lines = await house.run(f"/generate a wolf --image {quote}{path}{quote} --strength 0.5")
    assert code == 0
    assert len(images_in(lines)) == 1


async def test_a_line_too_long_is_refused_and_the_next_is_heard(house: House) -> None:
    code, lines = await house.run("a fox " * 12_000 + "\n/status\n")
    assert code == 1
    assert lines == [
        "The line is longer than 64 KiB; nothing was done with it.",
        "You have no tasks waiting.",
    ]


async def test_bytes_that_are_no_text_harm_nobody(house: House) -> None:
    code, lines = await house.run(b"a fox \xff\xfe \x80 --seed 1\n/points\n")
    assert code == 0
    assert len(images_in(lines)) == 1


async def test_escape_sequences_do_not_reach_the_terminal(house: House) -> None:
    code, lines = await house.run("a \x1b[2Jfox \x1b]0;title\x07\u202ecod\n/history\n")
    assert code == 0
    assert all(line.isprintable() for line in lines)


async def test_a_task_that_fails_makes_the_exit_code_1(house: House) -> None:
    code, lines = await house.run("break it\na fox\n")
    assert code == 1
    assert any(" Failed: The engine failed on that" in line for line in lines)
    assert len(images_in(lines)) == 1


async def test_a_cancelled_task_is_no_failure(house: House) -> None:
    code, lines = await house.run("slowly, a fox\n/cancel\n")
    assert code == 0
    assert any(line.startswith("Cancelled ") for line in lines)
    assert any(re.match(r"[0-9a-z]{6} Cancelled\.", line) for line in lines)


async def test_a_full_queue_refuses(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(per_account=1))
    code, lines = await house.run("slowly, a fox\nanother fox\n/cancel all\n")
    assert code == 1
    assert any("You have 1 tasks waiting or running" in line for line in lines)


async def test_progress_is_told_at_the_quarters_only(tmp_path: Path) -> None:
    house = House(tmp_path, progress_seconds=0.0)
    out = Overheard("step 20 of 40")
    console = house.console(None, out)
    async with house.at_work(console):
        once = asyncio.create_task(console.once("slowly, a fox --steps 40"))
        await out.heard.wait()
        house.engine.go_on.set()
        assert await once == 0
    told = [line[7:] for line in out.getvalue().splitlines()]
    assert sum(line.startswith("Drawing, step") for line in told) == 1


async def test_show_prints_the_task_with_its_prompt_and_pictures(house: House) -> None:
    _, lines = await house.run("a red fox --seed 7\n")
    task = lines[-2].split()[0]
    code, shown = await house.run(f"/show {task}\n")
    assert code == 0
    assert shown == [lines[-2], "prompt: a red fox", lines[-1]]


async def test_a_picture_that_is_gone_is_a_sentence(house: House) -> None:
    _, lines = await house.run("a red fox\n")
    images_in(lines)[0].unlink()
    code, shown = await house.run(f"/show {lines[-2].split()[0]}\n")
    assert code == 0
    assert re.fullmatch(r"There is no image \w+ any more\.", shown[-1])


async def test_once_does_one_command_and_waits_for_its_own_tasks(house: House) -> None:
    code, lines = await house.once("/generate a red fox --seed 7 --n 2")
    assert code == 0
    assert len(images_in(lines)) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [("/help", 0), ("/nothing", 1), ("", 1), ("break it", 1), ("a fox " * 12_000, 1), ("/cancel", 1)],
)
async def test_the_exit_code_of_once(house: House, text: str, code: int) -> None:
    found, lines = await house.once(text)
    assert found == code
    assert lines


@pytest.mark.parametrize("text", ["/quit", "/exit", " /QUIT "])
async def test_once_leaving_is_done(house: House, text: str) -> None:
    assert await house.once(text) == (0, [])


async def test_paths_stay_absolute_below_the_current_folder(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, lines = await house.run("a red fox\n")
    assert all(path.is_absolute() for path in images_in(lines))


async def test_once_does_not_wait_for_the_tasks_of_others(house: House) -> None:
    await before_the_kill(house, "slowly, a fox", OPERATOR)
    code, lines = await house.once("/points")
    assert code == 0
    assert lines


async def before_the_kill(house: House, line: str, account: AccountId) -> None:
    """Accept a line as a process does that is killed right after."""
    reply = await house.dispatcher.dispatch(
        await ConsoleCommands(house.registry, house.images, account).read(line)
    )
    assert reply.ok


async def test_tasks_of_a_killed_process_are_finished_and_shown(house: House) -> None:
    for number in range(3):
        await before_the_kill(house, f"fox {number} --seed {number}", OPERATOR)
    code, lines = await house.run("")
    assert code == 0
    assert len(images_in(lines)) == 3
    assert await house.run("") == (0, [])


async def test_a_failed_task_of_a_killed_process_counts(house: House) -> None:
    await before_the_kill(house, "break it", OPERATOR)
    assert (await house.run(""))[0] == 1


async def test_a_paused_queue_is_told_and_its_tasks_stay(house: House) -> None:
    code, lines = await house.run("/pause\na fox\na hare\n")
    assert code == 1
    assert lines[-1] == "The queue is paused: 2 tasks stay queued until /resume."
    assert sum("Queued" in line for line in lines) == 2
    waiting = await house.generation.get_tasks_for_account(OPERATOR)
    assert {task.status for task in waiting} == {GenerationStatus.PENDING}
    code, lines = await house.once("a cat")
    assert code == 1
    assert lines[-1] == "The queue is paused: 1 task stays queued until /resume."
    code, lines = await house.run("/resume\n")
    assert code == 0
    assert len(images_in(lines)) == 3


async def test_a_closed_output_ends_it_with_1_though_the_input_goes_on(house: House) -> None:
    input_end, writing_end = os.pipe()
    reading_end, output_end = os.pipe()
    os.close(reading_end)
    with (
        os.fdopen(input_end) as stdin,
        os.fdopen(output_end, "w") as stdout,
        os.fdopen(writing_end, "w") as typed,
    ):
        console = house.console(stdin, stdout)
        async with house.at_work(console):
            typed.write("a fox\n")
            typed.flush()
            assert await console.run() == 1
        typed.close()  # lets the thread go that reads
    code, lines = await house.run("")  # what could not be shown is shown at the next start
    assert code == 0
    assert len(images_in(lines)) == 1


async def test_no_output_at_all_ends_it_with_1(house: House) -> None:
    assert await house.console(None, None).once("/help") == 1


async def test_a_cancelled_run_does_not_wait_for_its_input(house: House) -> None:
    input_end, writing_end = os.pipe()
    with os.fdopen(input_end) as stdin, os.fdopen(writing_end, "w") as typed:
        out = Overheard("points")
        running = asyncio.create_task(house.console(stdin, out).run())
        typed.write("/points\n")
        typed.flush()
        await out.heard.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        typed.close()

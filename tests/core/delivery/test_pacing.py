from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.models import MessageRef
from core.delivery.pacing import NEWS_SHARE, REMEMBERED, Pacer, Rate


class Time:
    """A clock in the test's hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def ref(message: str = "1", chat: str = "group") -> MessageRef:
    return MessageRef("telegram", chat, message)


def test_news_of_one_message_keep_their_distance() -> None:
    time = Time()
    pacer = Pacer(interval=lambda _: 2.0, now=time)
    assert pacer.pause(ref(), is_news=True) == 0
    pacer.note(ref())
    time.now += 0.5
    assert pacer.pause(ref(), is_news=True) == pytest.approx(1.5)
    assert pacer.pause(ref(), is_news=False) == 0, "the end of a task does not wait"
    assert pacer.pause(ref("2"), is_news=True) == 0


def test_news_leave_room_for_ends() -> None:
    time = Time()
    pacer = Pacer(interval=lambda _: 0, chat_rates=lambda _: [Rate(10, 60)], now=time)
    for _ in range(int(10 * NEWS_SHARE)):
        assert pacer.pause(ref(), is_news=True) == 0
        pacer.note(ref())
    assert pacer.pause(ref(), is_news=True) == pytest.approx(60)
    for _ in range(4):
        assert pacer.pause(ref(), is_news=False) == 0
        pacer.note(ref())
    time.now += 10
    assert pacer.pause(ref(), is_news=False) == pytest.approx(50)
    assert pacer.pause(ref(chat="another"), is_news=False) == 0


def test_all_chats_share_what_the_platform_takes() -> None:
    pacer = Pacer(interval=lambda _: 0, overall=[Rate(3, 1)], now=Time())
    pacer.note(ref(chat="a"), calls=2)
    pacer.note(ref(chat="b"))
    assert pacer.pause(ref(chat="c"), is_news=False) == pytest.approx(1)


def test_a_chat_that_wants_a_pause_has_it() -> None:
    time = Time()
    pacer = Pacer(interval=lambda _: 0, now=time)
    pacer.hold("a", 5)
    pacer.hold("a", 1)
    assert pacer.pause(ref(chat="a"), is_news=False) == pytest.approx(5)
    assert pacer.pause(ref(chat="b"), is_news=False) == 0
    pacer.hold(None, 2)
    assert pacer.pause(ref(chat="b"), is_news=False) == pytest.approx(2)
    time.now += 6
    assert pacer.pause(ref(chat="a"), is_news=False) == 0


def test_it_remembers_no_more_than_it_needs() -> None:
    pacer = Pacer(interval=lambda _: 2.0, now=Time())
    for number in range(REMEMBERED + 10):
        pacer.note(ref(str(number), chat=str(number)))
    assert len(pacer._edited) == REMEMBERED
    assert len(pacer._chats) == REMEMBERED


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.floats(0, 3)), max_size=200))
def test_whoever_waits_as_told_never_breaks_a_limit(steps: list[tuple[bool, int, float]]) -> None:
    time = Time()
    rates = {"chat": Rate(5, 10), "all": Rate(8, 4)}
    pacer = Pacer(
        interval=lambda _: 1.0, chat_rates=lambda _: [rates["chat"]], overall=[rates["all"]], now=time
    )
    calls: list[tuple[float, str]] = []
    for is_news, chat, pause in steps:
        time.now += pause
        here = ref(chat=str(chat))
        while (wait := pacer.pause(here, is_news=is_news)) > 0:
            time.now += wait + 1e-9
        pacer.note(here)
        calls.append((time.now, here.chat))
    for start, where in calls:
        assert sum(start <= at < start + 4 for at, _ in calls) <= 8
        assert sum(start <= at < start + 10 and of == where for at, of in calls) <= 5

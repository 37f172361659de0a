from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable

import pytest

from core.events import Event, EventBus, Unsubscribe
from tests.fakes.loop import turns

PING: Event[int] = Event("ping")
PONG: Event[int] = Event("pong")


async def test_a_synchronous_subscriber_is_called_inside_publish() -> None:
    bus, heard = EventBus(), list[int]()
    bus.subscribe(PING, heard.append)
    bus.publish(PING, 1)
    assert heard == [1]


async def test_an_asynchronous_subscriber_hears_everything_in_order() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int) -> None:
        await asyncio.sleep(1)
        heard.append(number)

    bus.subscribe(PING, hear)
    for number in range(5):
        bus.publish(PING, number)
    assert heard == []
    await bus.aclose(10)
    assert heard == [0, 1, 2, 3, 4]


async def test_an_object_with_an_asynchronous_call_is_an_asynchronous_subscriber() -> None:
    heard = list[int]()

    class Hearer:
        async def __call__(self, number: int) -> None:
            heard.append(number)

    bus = EventBus()
    bus.subscribe(PING, Hearer())
    bus.publish(PING, 1)
    await bus.aclose()
    assert heard == [1]


async def test_a_partial_of_a_coroutine_function_is_an_asynchronous_subscriber() -> None:
    heard = list[tuple[str, int]]()

    async def hear(name: str, number: int) -> None:
        heard.append((name, number))

    bus = EventBus()
    bus.subscribe(PING, functools.partial(hear, "ann"))
    bus.publish(PING, 1)
    await bus.aclose()
    assert heard == [("ann", 1)]


async def test_a_lambda_that_returns_a_coroutine_is_awaited_in_order() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        heard.append(number)

    bus.subscribe(PING, lambda number: hear(number, 10 - number))
    for number in range(3):
        bus.publish(PING, number)
    await turns()
    bus.publish(PING, 3)
    await bus.aclose(60)
    assert heard == [0, 1, 2, 3]


async def test_a_lambda_whose_coroutine_fails_is_logged_and_hears_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int, bad: int) -> None:
        if number == bad:
            raise ValueError("broken")
        heard.append(number)

    bus.subscribe(PING, lambda number: hear(number, 1))
    bus.publish(PING, 1)
    bus.publish(PING, 2)
    await bus.aclose()
    assert heard == [2]
    assert "a subscriber of ping failed" in caplog.text


async def test_a_lambda_that_leaves_while_it_is_called_is_let_finish() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int) -> None:
        await asyncio.sleep(1)
        heard.append(number)

    def once(number: int) -> Awaitable[None]:
        leave()
        return hear(number)

    leave = bus.subscribe(PING, once)
    bus.publish(PING, 1)
    bus.publish(PING, 2)
    await asyncio.sleep(2)
    assert heard == [1]


async def test_who_left_is_stopped_though_only_its_coroutine_showed_that_it_waits() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        heard.append(number)

    leave = bus.subscribe(PING, lambda number: hear(number, 1))
    bus.publish(PING, 1)
    await turns()
    leave()
    await asyncio.sleep(2)
    assert heard == []


async def test_nobody_hears_another_event() -> None:
    bus, heard = EventBus(), list[int]()
    bus.subscribe(PING, heard.append)
    bus.publish(PONG, 1)
    assert heard == []


async def test_the_same_handler_may_subscribe_twice_and_leave_once() -> None:
    bus, heard = EventBus(), list[int]()
    leave = bus.subscribe(PING, heard.append)
    bus.subscribe(PING, heard.append)
    leave()
    bus.publish(PING, 1)
    assert heard == [1]


async def test_a_failing_synchronous_subscriber_is_logged_and_harms_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus, heard = EventBus(), list[int]()

    def fail(_: int) -> None:
        raise ValueError("broken")

    bus.subscribe(PING, fail)
    bus.subscribe(PING, heard.append)
    bus.publish(PING, 1)
    assert heard == [1]
    assert "a subscriber of ping failed" in caplog.text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("broken"), "a subscriber of ping failed"),
        (asyncio.CancelledError(), "a subscriber of ping was stopped from inside"),
    ],
)
async def test_a_failing_asynchronous_subscriber_is_logged_and_hears_the_next(
    error: BaseException, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int) -> None:
        if number == 1:
            raise error
        heard.append(number)

    bus.subscribe(PING, hear)
    bus.publish(PING, 1)
    bus.publish(PING, 2)
    await bus.aclose()
    assert heard == [2]
    assert said in caplog.text


async def test_a_slow_subscriber_keeps_nobody_waiting() -> None:
    bus, heard = EventBus(), list[int]()

    async def sleep(_: int) -> None:
        await asyncio.sleep(3600)

    leave = bus.subscribe(PING, sleep)
    bus.subscribe(PING, heard.append)
    bus.publish(PING, 1)
    assert heard == [1]
    leave()
    await bus.aclose()


async def test_a_full_queue_drops_the_oldest() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int) -> None:
        heard.append(number)

    bus.subscribe(PING, hear, capacity=3)
    for number in range(10):
        bus.publish(PING, number)
    await bus.aclose()
    assert heard == [7, 8, 9]


async def test_drops_are_said_at_powers_of_two(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()

    async def hear(_: int) -> None: ...

    bus.subscribe(PING, hear, capacity=1)
    for number in range(10):
        bus.publish(PING, number)
    said = [record.args for record in caplog.records if record.levelno == logging.WARNING]
    assert said == [("ping", 1), ("ping", 2), ("ping", 4), ("ping", 8)]
    await bus.aclose()


async def test_nothing_is_said_where_nothing_was_dropped(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()

    async def hear(_: int) -> None: ...

    bus.subscribe(PING, hear, capacity=2)
    bus.publish(PING, 1)
    bus.publish(PING, 2)
    await bus.aclose()
    assert caplog.records == []


async def test_who_left_hears_nothing_more() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int) -> None:
        heard.append(number)

    leave = bus.subscribe(PING, hear)
    bus.publish(PING, 1)
    await turns()
    leave()
    bus.publish(PING, 2)
    await turns()
    assert heard == [1]


async def test_leaving_twice_is_leaving_once() -> None:
    bus, heard = EventBus(), list[int]()
    leave = bus.subscribe(PING, heard.append)
    leave()
    leave()
    bus.publish(PING, 1)
    assert heard == []


async def test_a_handler_may_leave_while_it_is_called() -> None:
    bus, heard = EventBus(), list[int]()

    def once(number: int) -> None:
        heard.append(number)
        leave()

    leave = bus.subscribe(PING, once)
    bus.publish(PING, 1)
    bus.publish(PING, 2)
    assert heard == [1]


async def test_an_asynchronous_handler_may_leave_while_it_is_called() -> None:
    bus, heard = EventBus(), list[int]()

    async def once(number: int) -> None:
        heard.append(number)
        leave()

    leave = bus.subscribe(PING, once)
    bus.publish(PING, 1)
    bus.publish(PING, 2)
    await turns()
    assert heard == [1]


async def test_an_asynchronous_handler_that_leaves_is_let_finish() -> None:
    bus, heard = EventBus(), list[int]()

    async def once(number: int) -> None:
        leave()
        await asyncio.sleep(1)
        heard.append(number)

    leave = bus.subscribe(PING, once)
    bus.publish(PING, 1)
    await asyncio.sleep(2)
    assert heard == [1]


async def test_who_is_unsubscribed_by_somebody_else_is_stopped_at_once() -> None:
    bus, ended = EventBus(), list[str]()

    async def hang(_: int) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("hang")
            raise

    leave = bus.subscribe(PING, hang)
    bus.publish(PING, 1)
    await turns()
    leave()
    await turns()
    assert ended == ["hang"]


async def test_an_asynchronous_subscriber_that_was_unsubscribed_does_not_hear_the_event_under_way() -> None:
    bus, heard = EventBus(), list[int]()

    async def hear(number: int) -> None:
        heard.append(number)

    leaving: list[Unsubscribe] = []
    bus.subscribe(PING, lambda _: leaving[0]())
    leaving.append(bus.subscribe(PING, hear))
    bus.publish(PING, 1)
    await turns()
    assert heard == []


async def test_whom_another_handler_unsubscribed_does_not_hear_the_event_under_way() -> None:
    bus, heard = EventBus(), list[int]()
    leaving: list[Unsubscribe] = []
    bus.subscribe(PING, lambda _: leaving[0]())
    leaving.append(bus.subscribe(PING, heard.append))
    bus.publish(PING, 1)
    assert heard == []


async def test_who_subscribes_inside_a_handler_hears_from_the_next_event_on() -> None:
    bus, heard = EventBus(), list[int]()
    leave = bus.subscribe(PING, lambda _: late.append(bus.subscribe(PING, heard.append)))
    late: list[object] = []
    bus.publish(PING, 1)
    leave()
    bus.publish(PING, 2)
    assert heard == [2]


async def test_a_handler_may_publish() -> None:
    bus, heard = EventBus(), list[int]()
    bus.subscribe(PING, lambda number: bus.publish(PONG, number + 1))
    bus.subscribe(PONG, heard.append)
    bus.publish(PING, 1)
    assert heard == [2]


async def test_closing_waits_no_longer_than_it_is_told() -> None:
    bus, ended = EventBus(), list[str]()

    async def hang(_: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("hang")

    bus.subscribe(PING, hang)
    bus.publish(PING, 1)
    before = asyncio.get_running_loop().time()
    await bus.aclose(2.5)
    assert asyncio.get_running_loop().time() - before == pytest.approx(2.5)
    assert ended == ["hang"]


async def test_closing_drains_every_subscriber_at_the_same_time() -> None:
    bus = EventBus()

    async def sleep(_: int) -> None:
        await asyncio.sleep(2)

    for _ in range(5):
        bus.subscribe(PING, sleep)
    bus.publish(PING, 1)
    before = asyncio.get_running_loop().time()
    await bus.aclose(10)
    assert asyncio.get_running_loop().time() - before == pytest.approx(2)


async def test_a_cancelled_close_is_cancelled_and_leaves_no_subscriber_running() -> None:
    bus, ended = EventBus(), list[str]()

    async def hang(_: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("hang")

    bus.subscribe(PING, hang)
    bus.publish(PING, 1)
    closing = asyncio.create_task(bus.aclose(60))
    await turns()
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    await turns()
    assert ended == ["hang"]


async def test_a_closed_bus_tells_nobody() -> None:
    bus, heard = EventBus(), list[int]()
    bus.subscribe(PING, heard.append)
    await bus.aclose()
    bus.publish(PING, 1)
    assert heard == []


async def test_a_closed_bus_takes_no_subscriber() -> None:
    bus = EventBus()
    await bus.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        bus.subscribe(PING, lambda _: None)


async def test_closing_twice_is_closing_once() -> None:
    bus = EventBus()
    bus.subscribe(PING, lambda _: None)
    await bus.aclose()
    await bus.aclose()


async def test_leaving_a_closed_bus_is_nothing() -> None:
    bus = EventBus()
    leave = bus.subscribe(PING, lambda _: None)
    await bus.aclose()
    leave()

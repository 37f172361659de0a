from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from core.delivery.models import Delivery, MessageRef
from core.delivery.service import DeliveryService
from core.delivery.showing import FAILURES_MOST
from core.errors import (
    ChatGoneError,
    ChatUnavailableError,
    PayloadTooLargeError,
    RateLimitedError,
    StorageUnavailableError,
)
from core.generation.models import GenerationStatus, GenerationTask, Progress
from core.generation.previews import Previews
from core.ids import AccountId, TaskId
from core.presentation.views import StatusView
from core.tracing import current_task
from tests.fakes.builders import ANN, WORKER, a_ref, a_request, a_response, lease_of
from tests.fakes.gateway import FakeGateway
from tests.fakes.loop import turns, until
from tests.fakes.world import World, a_running_world

COMPLETED = GenerationStatus.COMPLETED
NEVER = 1e9


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Chat:
    """A world with one platform's deliveries."""

    world: World
    gateway: FakeGateway
    service: DeliveryService

    async def create(
        self, *, message: str | None = "1", account: AccountId = ANN, **fields: Any
    ) -> GenerationTask:
        ref = a_ref(message, platform=self.gateway.platform)
        return await self.world.service.create_task(a_request(account=account, **fields), shown_in=ref)

    async def finish(self, task: TaskId) -> GenerationTask:
        found = await self.world.task(task)
        if found.status is GenerationStatus.PENDING:
            found = await self.world.service.start_processing_task(task, worker=WORKER)
        return await self.world.service.complete_task(task, a_response(), lease=lease_of(found))

    async def progress(self, task: TaskId, step: int, steps: int) -> None:
        lease = lease_of(await self.world.task(task))
        await self.world.service.report_progress(task, Progress(step, steps), lease=lease)

    async def delivery(self, task: TaskId) -> Delivery:
        found = await self.world.delivery(task)
        assert found is not None
        return found

    def headlines(self, task: TaskId) -> list[str]:
        return [view.headline for view in self.gateway.of(task)]


def a_chat(world: World | None = None, *, gateway: FakeGateway | None = None, **fields: Any) -> Chat:
    world = world or a_running_world(points=False)
    gateway = gateway or FakeGateway()
    service = DeliveryService(world.store, world.bus, gateway, world.waits, clock=world.clock, **fields)
    return Chat(world, gateway, service)


@asynccontextmanager
async def delivering(chat: Chat) -> AsyncIterator[None]:
    running = asyncio.create_task(chat.service.run())
    await turns()
    try:
        yield
    finally:
        chat.service.stop()
        await running


# One showing


async def test_a_new_task_is_shown_where_it_was_asked_for() -> None:
    chat = a_chat()
    task = await chat.create()
    await chat.service.show_due()
    (showing,) = chat.gateway.shown
    assert showing.ref == a_ref()
    assert showing.view.headline == "Queued, next"
    assert await chat.delivery(task.id) == Delivery(task.id, a_ref(), revision=1, shown_revision=1)


async def test_what_is_shown_is_not_due_any_more() -> None:
    chat = a_chat()
    await chat.create()
    await chat.service.show_due()
    await chat.service.show_due()
    assert len(chat.gateway.asked) == 1


async def test_another_platforms_tasks_are_not_shown() -> None:
    chat = a_chat()
    await chat.world.service.create_task(a_request(), shown_in=a_ref(platform="elsewhere"))
    await chat.service.show_due()
    assert chat.gateway.asked == []


async def test_the_message_that_was_sent_is_the_one_that_is_edited() -> None:
    chat = a_chat()
    task = await chat.create(message=None)
    await chat.service.show_due()
    assert (await chat.delivery(task.id)).ref == a_ref("sent1")
    await chat.finish(task.id)
    await chat.service.show_due()
    assert [showing.ref.message for showing in chat.gateway.shown] == [None, "sent1"]


async def test_the_end_closes_the_message() -> None:
    chat = a_chat()
    task = await chat.create()
    await chat.finish(task.id)
    await chat.service.show_due()
    delivery = await chat.delivery(task.id)
    assert delivery.closed
    assert chat.gateway.of(task.id)[-1].images == a_response().outputs


async def test_many_changes_cost_one_edit() -> None:
    chat = a_chat()
    task = await chat.create()
    await chat.world.service.claim(WORKER, 1)
    for step in range(50):
        await chat.progress(task.id, step, 50)
    await chat.service.show_due()
    assert chat.headlines(task.id) == ["Drawing, step 49 of 50"]


async def test_what_changes_while_it_is_shown_is_due_again() -> None:
    chat = a_chat()
    task = await chat.create()

    async def change(_: StatusView) -> None:
        chat.gateway.before = None
        await chat.world.service.cancel_task(task.id)

    chat.gateway.before = change
    await chat.service.show_due()
    delivery = await chat.delivery(task.id)
    assert (delivery.shown_revision, delivery.revision, delivery.closed) == (1, 2, False)
    await chat.service.show_due()
    assert chat.headlines(task.id) == ["Queued, next", "Cancelled."]


async def test_a_task_deleted_while_it_is_shown_harms_nobody() -> None:
    chat = a_chat()
    task, other = await chat.create(), await chat.create()

    async def delete(view: StatusView) -> None:
        if view.task == task.id:
            await chat.world.service.delete_task(task.id)

    chat.gateway.before = delete
    await chat.service.show_due()
    assert await chat.world.delivery(task.id) is None
    assert (await chat.delivery(other.id)).shown_revision == 1


async def test_showings_are_logged_as_work_on_their_task() -> None:
    chat = a_chat()
    task = await chat.create()
    seen: list[TaskId | None] = []

    async def look(_: StatusView) -> None:
        seen.append(current_task.get())

    chat.gateway.before = look
    await chat.service.show_due()
    assert seen == [task.id]


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_so_many_are_shown_at_one_time(concurrency: int) -> None:
    chat = a_chat(concurrency=concurrency)
    for _ in range(7):
        await chat.create()

    async def wait(_: StatusView) -> None:
        await asyncio.sleep(1)

    chat.gateway.before = wait
    await chat.service.show_due()
    assert chat.gateway.most_under_way == concurrency
    assert len(chat.gateway.shown) == 7


async def test_ends_are_shown_first() -> None:
    chat = a_chat(concurrency=1)
    first, second, third = [await chat.create() for _ in range(3)]
    await chat.finish(third.id)
    await chat.service.show_due()
    assert [showing.view.task for showing in chat.gateway.shown] == [third.id, first.id, second.id]


# The edit interval


async def test_a_message_is_not_edited_more_often_than_the_chat_takes() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=5))
    task = await chat.create()
    await chat.world.service.claim(WORKER, 1)
    async with delivering(chat):
        for step in range(100):
            await chat.progress(task.id, step, 100)
            await asyncio.sleep(0.2)
        times = [showing.at for showing in chat.gateway.shown]
    assert len(times) == 4
    assert all(later - earlier >= 5 for earlier, later in pairwise(times))


async def test_the_last_of_many_changes_is_shown_when_the_interval_is_over() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=5), poll_seconds=NEVER)
    task = await chat.create()
    await chat.world.service.claim(WORKER, 1)
    async with delivering(chat):
        for step in range(3):
            await chat.progress(task.id, step, 3)
            await turns()
        await asyncio.sleep(5.1)
        assert chat.headlines(task.id)[-1] == "Drawing, step 2 of 3"


async def test_the_end_does_not_wait_for_the_interval() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=1000))
    task = await chat.create()
    async with delivering(chat):
        await turns()
        before = now()
        await chat.finish(task.id)
        await until(lambda: len(chat.gateway.shown) == 2)
        assert now() - before < 1
    assert chat.headlines(task.id)[-1].startswith("Done")


async def test_due_messages_tell_when_they_may_be_edited() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=5))
    task = await chat.create()
    await chat.service.show_due()
    await chat.world.service.claim(WORKER, 1)
    await asyncio.sleep(2)
    assert await chat.service._begin_due() == pytest.approx(3)
    assert chat.headlines(task.id) == ["Queued, next"]
    await chat.finish(task.id)
    assert await chat.service._begin_due() is None


# Places


async def test_waiting_messages_follow_the_queue() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=2))
    first, second = await chat.create(), await chat.create()
    async with delivering(chat):
        await asyncio.sleep(3)
        await chat.world.service.cancel_task(first.id)
        await asyncio.sleep(5)
    assert chat.headlines(second.id) == ["Queued, 2nd", "Queued, next"]


async def test_the_same_view_is_not_sent_twice() -> None:
    chat = a_chat()
    task = await chat.create()
    async with delivering(chat):
        await asyncio.sleep(60)
    assert len(chat.gateway.asked) == 1
    await chat.service.refresh_places()
    assert len(chat.gateway.asked) == 1
    assert (await chat.delivery(task.id)).shown_revision == 1


async def test_a_change_that_is_not_seen_is_marked_without_an_edit() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=0))
    task = await chat.create()
    await chat.service.show_due()
    (started,) = await chat.world.service.claim(WORKER, 1)
    await chat.world.service.release_task(task.id, lease=lease_of(started), spend_attempt=False)
    await chat.service.show_due()
    assert len(chat.gateway.asked) == 1
    delivery = await chat.delivery(task.id)
    assert (delivery.shown_revision, delivery.revision) == (3, 3)


async def test_an_empty_queue_needs_no_places() -> None:
    chat = a_chat()
    await chat.service.refresh_places()
    assert chat.gateway.asked == []


async def test_a_postponed_message_is_not_edited_for_its_place() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=1))
    first, second = await chat.create(), await chat.create()
    chat.gateway.failures[second.id] = [RateLimitedError(60)]
    async with delivering(chat):
        await asyncio.sleep(5)
        await chat.world.service.cancel_task(first.id)
        await asyncio.sleep(50)
        assert len([one for one in chat.gateway.asked if one.view.task == second.id]) == 1
        await asyncio.sleep(10)
    assert chat.headlines(second.id) == ["Queued, next"]


async def test_a_failing_message_is_not_given_up_faster_for_its_place() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=1), poll_seconds=20)
    task = await chat.create()
    chat.gateway.failures[task.id] = [ChatUnavailableError()] * (FAILURES_MOST - 1)
    async with delivering(chat):
        await asyncio.sleep(60)
        assert not (await chat.delivery(task.id)).closed
        await asyncio.sleep(2 * 3600)
        assert chat.headlines(task.id) == ["Queued, next"]


# What goes wrong


async def test_a_rate_limit_postpones_this_message_alone() -> None:
    chat = a_chat()
    first, second = await chat.create(), await chat.create()
    chat.gateway.failures[first.id] = [RateLimitedError(30)]
    before = now()
    async with delivering(chat):
        await until(lambda: chat.headlines(second.id))
        assert now() - before < 1
        delivery = await chat.delivery(first.id)
        assert delivery.not_before == chat.world.clock.now() + timedelta(seconds=30)
        assert delivery.failures == 0
        await until(lambda: chat.headlines(first.id))
        assert now() - before == pytest.approx(30, abs=0.1)
    assert (await chat.delivery(first.id)).not_before is None


async def test_the_loop_wakes_when_a_postponed_message_is_due() -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    chat.gateway.failures[task.id] = [RateLimitedError(7)]
    before = now()
    async with delivering(chat):
        await until(lambda: chat.headlines(task.id))
    assert now() - before == pytest.approx(7, abs=0.1)


@pytest.mark.parametrize("error", [ChatGoneError(), PayloadTooLargeError()])
async def test_what_can_never_be_shown_is_left_alone(error: Exception) -> None:
    chat = a_chat()
    task = await chat.create()
    chat.gateway.failures[task.id] = [error]
    async with delivering(chat):
        await until(lambda: chat.gateway.asked)
        await chat.finish(task.id)
        await asyncio.sleep(1000)
    assert len(chat.gateway.asked) == 1
    assert (await chat.delivery(task.id)).closed
    assert (await chat.world.task(task.id)).status is COMPLETED


@pytest.mark.parametrize("error", [ChatUnavailableError(), ValueError("unexpected")])
async def test_a_failure_is_tried_again_further_and_further_apart(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    chat = a_chat()
    task = await chat.create()
    await chat.finish(task.id)
    chat.gateway.failures[task.id] = [error] * 4
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
    times = [showing.at for showing in chat.gateway.asked]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == pytest.approx([1, 2, 4, 8], abs=0.05)
    assert caplog.text.count("could not show") == 4
    assert (await chat.delivery(task.id)).failures == 0


async def test_pauses_have_an_end_and_so_has_patience(caplog: pytest.LogCaptureFixture) -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    await chat.finish(task.id)
    chat.gateway.failures[task.id] = [ValueError("a fault of ours")] * (FAILURES_MOST + 5)
    async with delivering(chat):
        await until(lambda: "given up after 20 failures" in caplog.text, seconds=NEVER, step=10)
        await asyncio.sleep(10_000)
    times = [showing.at for showing in chat.gateway.asked]
    assert len(times) == FAILURES_MOST
    assert times[-1] - times[-2] == pytest.approx(300, abs=0.1)
    assert (await chat.delivery(task.id)).closed


async def test_a_platform_that_is_away_is_never_given_up() -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    await chat.finish(task.id)
    chat.gateway.failures[task.id] = [ChatUnavailableError()] * 200
    async with delivering(chat):
        await until(lambda: chat.gateway.shown, seconds=NEVER, step=10)
    times = [showing.at for showing in chat.gateway.asked]
    assert times[-1] - times[-2] == pytest.approx(60, abs=0.1)
    assert (await chat.delivery(task.id)).closed


async def test_a_slow_message_holds_up_no_other() -> None:
    chat = a_chat(poll_seconds=NEVER)
    slow = await chat.create()

    async def wait(view: StatusView) -> None:
        if view.task == slow.id:
            await asyncio.sleep(60)

    chat.gateway.before = wait
    async with delivering(chat):
        await turns()
        quick = await chat.create()
        await asyncio.sleep(0.1)
        assert chat.headlines(quick.id) == ["Queued, 2nd"]
        assert chat.headlines(slow.id) == []


async def test_a_full_batch_that_has_to_wait_hides_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.delivery.service.BATCH", 3)
    chat = a_chat(gateway=FakeGateway(edit_interval=1000))
    busy = [await chat.create() for _ in range(3)]
    await chat.service.show_due()
    await chat.world.service.claim(WORKER, 3)  # news that have to wait
    calm = await chat.create()
    await chat.service.show_due()
    assert chat.headlines(calm.id) == ["Queued, next"]
    for task in busy:
        assert chat.headlines(task.id) == [chat.headlines(task.id)[0]]


# Deleted tasks


async def test_the_message_of_a_deleted_task_is_removed() -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
        await chat.world.service.delete_task(task.id)
        await until(lambda: chat.gateway.removed)
        await asyncio.sleep(100)
    assert chat.gateway.removed == [a_ref()]


async def test_a_task_deleted_while_its_first_message_is_sent_leaves_none() -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create(message=None)

    async def delete(_: StatusView) -> None:
        await chat.world.service.delete_task(task.id)

    chat.gateway.before = delete
    async with delivering(chat):
        await until(lambda: a_ref("sent1") in chat.gateway.removed)


@pytest.mark.parametrize("error", [RateLimitedError(5), ChatUnavailableError(), ValueError("unexpected")])
async def test_a_removal_that_fails_is_tried_again(error: Exception) -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    chat.gateway.removal_failures = [error]
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
        await chat.world.service.delete_task(task.id)
        await until(lambda: chat.gateway.removed)
    assert (
        await chat.world.memory.read(lambda tx: tx.removals.due("console", chat.world.clock.now(), 9)) == []
    )


async def test_a_slow_removal_holds_up_no_message() -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    chat.gateway.removal_seconds = 60
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
        await chat.world.service.delete_task(task.id)
        await asyncio.sleep(1)
        other = await chat.create()
        await asyncio.sleep(0.1)
        assert chat.headlines(other.id) == ["Queued, next"]
        assert chat.gateway.removed == []


async def test_waiting_for_the_chats_limit_is_no_failure_of_a_removal() -> None:
    chat = a_chat(gateway=FakeGateway(edit_interval=0), poll_seconds=NEVER)
    task = await chat.create()
    chat.gateway.removal_failures = [RateLimitedError(3) for _ in range(2 * FAILURES_MOST)]
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
        await chat.world.service.delete_task(task.id)
        await until(lambda: chat.gateway.removed, seconds=1000)


async def test_a_removal_from_a_chat_that_is_gone_is_done() -> None:
    chat = a_chat(poll_seconds=NEVER)
    task = await chat.create()
    chat.gateway.removal_failures = [ChatGoneError()]
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
        await chat.world.service.delete_task(task.id)
        await asyncio.sleep(1000)
    assert chat.gateway.removed == []
    assert await chat.world.memory.read(lambda tx: tx.removals.next_due("console")) is None


async def test_a_success_forgets_the_failures_before() -> None:
    chat = a_chat()
    task = await chat.create()
    chat.gateway.failures[task.id] = [ChatUnavailableError()] * 3
    async with delivering(chat):
        await until(lambda: chat.gateway.shown)
        assert (await chat.delivery(task.id)).failures == 0


async def test_a_store_that_can_not_answer_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    chat = a_chat(poll_seconds=2)
    task = await chat.create()
    chat.world.store.read_failures = [StorageUnavailableError(reason="locked")]
    async with delivering(chat):
        assert "could not read what is due" in caplog.text
        await asyncio.sleep(2.1)
        assert chat.headlines(task.id) == ["Queued, next"]


@pytest.mark.parametrize("final", [False, True])
async def test_a_message_that_was_sent_is_not_sent_again_where_that_could_not_be_stored(final: bool) -> None:
    chat = a_chat(poll_seconds=2)
    task = await chat.create(message=None)
    if final:
        await chat.finish(task.id)
    chat.world.store.write_failures = [StorageUnavailableError(reason="locked")]
    async with delivering(chat):
        await asyncio.sleep(5)
        if not final:
            await chat.finish(task.id)
        await asyncio.sleep(5)
    expected = [None] if final else [None, "sent1"]  # an end that is shown is not shown again
    assert [showing.ref.message for showing in chat.gateway.shown] == expected
    assert (await chat.delivery(task.id)).ref == a_ref("sent1")
    assert (await chat.delivery(task.id)).closed


async def test_no_message_is_shown_twice_at_one_time_where_another_could_not_be_stored() -> None:
    chat = a_chat(poll_seconds=1)
    quick, slow = await chat.create(message=None), await chat.create(message=None)

    async def wait(view: StatusView) -> None:
        if view.task == slow.id:
            await asyncio.sleep(30)

    chat.gateway.before = wait
    chat.world.store.write_failures = [StorageUnavailableError(reason="locked")]
    async with delivering(chat):
        await asyncio.sleep(100)
    for task in (quick, slow):
        assert (
            len([one for one in chat.gateway.asked if one.view.task == task.id and one.ref.message is None])
            == 1
        )


# The loop


async def test_an_event_rings_the_bell() -> None:
    chat = a_chat(poll_seconds=NEVER)
    async with delivering(chat):
        await asyncio.sleep(100)
        task = await chat.create()
        await asyncio.sleep(0.1)
        assert chat.headlines(task.id) == ["Queued, next"]


async def test_what_no_event_told_of_is_found_by_looking() -> None:
    chat = a_chat(poll_seconds=3)
    async with delivering(chat):
        await asyncio.sleep(10)
        other_process = a_running_world(points=False).service
        other_process._store = chat.world.memory
        await other_process.create_task(a_request(), shown_in=a_ref())
        await asyncio.sleep(3.1)
        assert len(chat.gateway.shown) == 1


async def test_after_a_restart_what_was_due_is_still_due() -> None:
    before = a_chat()
    task = await before.create()
    await before.service.show_due()
    await before.finish(task.id)
    after = a_chat(before.world)
    async with delivering(after):
        await turns()
    assert after.headlines(task.id) == ["Done in 0.0 s"]


async def test_after_a_restart_what_was_shown_is_not_due() -> None:
    before = a_chat()
    task = await before.create()
    await before.finish(task.id)
    await before.service.show_due()
    after = a_chat(before.world)
    async with delivering(after):
        await asyncio.sleep(10)
    assert after.gateway.asked == []


async def test_a_stop_shows_once_more_what_is_due() -> None:
    chat = a_chat(poll_seconds=NEVER)
    running = asyncio.create_task(chat.service.run())
    await turns()
    task = await chat.create()
    chat.service.stop()
    await running
    assert chat.headlines(task.id) == ["Queued, next"]


async def test_after_a_stop_the_bus_rings_nobody() -> None:
    chat = a_chat()
    async with delivering(chat):
        pass
    await chat.create()
    await asyncio.sleep(10)
    assert chat.gateway.asked == []


async def test_a_cancelled_loop_ends_at_once() -> None:
    chat = a_chat()
    await chat.create()

    async def hang(_: StatusView) -> None:
        await asyncio.Event().wait()

    chat.gateway.before = hang
    running = asyncio.create_task(chat.service.run())
    await until(lambda: chat.gateway.asked)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert chat.gateway.under_way == 0


async def test_a_service_needs_no_clock() -> None:
    world = a_running_world(points=False)
    gateway = FakeGateway()
    service = DeliveryService(world.store, world.bus, gateway, world.waits)
    await world.service.create_task(a_request(), shown_in=MessageRef("console", "main"))
    await service.show_due()
    assert len(gateway.shown) == 1


async def test_a_cancellation_inside_the_gateway_is_a_failure_like_any_other() -> None:
    chat = a_chat()
    task = await chat.create()
    chat.gateway.failures[task.id] = [asyncio.CancelledError()]
    async with delivering(chat):
        await until(lambda: chat.headlines(task.id))


async def test_a_backlog_is_shown_without_waiting_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.delivery.service.BATCH", 5)
    chat = a_chat(poll_seconds=1e9)
    tasks = [await chat.create() for _ in range(22)]
    for task in tasks:
        await chat.finish(task.id)
    async with delivering(chat):
        await until(lambda: len(chat.gateway.shown) == len(tasks), seconds=1)


async def test_a_message_shows_what_there_is_to_see_while_the_task_is_worked_on() -> None:
    previews = Previews()
    chat = a_chat(gateway=FakeGateway(edit_interval=0), previews=previews)
    task = await chat.create()
    previews.put(task.id, b"half a fox")
    await chat.service.show_due()
    await chat.world.service.start_processing_task(task.id, worker=WORKER)
    await chat.service.show_due()
    await chat.finish(task.id)
    await chat.service.show_due()
    assert [showing.view.preview for showing in chat.gateway.shown] == [None, b"half a fox", None]

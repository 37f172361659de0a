"""Requests, tasks and so on with everything filled in that a test does not care for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.delivery.models import MessageRef
from core.generation.models import (
    GenerationRequest,
    GenerationResponse,
    GenerationSettings,
    GenerationStatus,
    GenerationTask,
    Lease,
    Origin,
    Progress,
)
from core.ids import AccountId, ImageId, LeaseId, TaskId, WorkerId
from tests.fakes.clock import NOON

ANN = AccountId("console:ann")
BOB = AccountId("console:bob")
WORKER = WorkerId("worker")
MEGAPIXEL: dict[str, Any] = {"width": 1024, "height": 1024}
"""Settings with which a picture costs its type's base price: 10 points."""


def an_image(digit: str = "a") -> ImageId:
    return ImageId(digit * 64)


def an_origin(message: str = "1", **fields: str) -> Origin:
    return Origin(**{"platform": "console", "chat": "main", "message": message, **fields})


def a_ref(message: str | None = "1", *, platform: str = "console") -> MessageRef:
    return MessageRef(platform=platform, chat="main", message=message)


def a_request(prompt: str = "a red fox", *, account: AccountId = ANN, **fields: Any) -> GenerationRequest:
    """A request; what is not a field of it is a field of its settings. It costs 10 points."""
    own = {name: fields.pop(name) for name in tuple(fields) if name in GenerationRequest.model_fields}
    settings = GenerationSettings(**{**MEGAPIXEL, "seed": 7, **fields})
    return GenerationRequest(**{"account": account, "prompt": prompt, "settings": settings, **own})


def a_lease(number: int = 1, *, worker: WorkerId = WORKER, seconds: float = 30) -> Lease:
    return Lease(LeaseId(f"lease{number}"), worker, NOON + timedelta(seconds=seconds))


def lease_of(task: GenerationTask) -> LeaseId:
    """The lease that a task is held by."""
    assert task.lease is not None
    return task.lease.id


def a_response(*outputs: ImageId, **fields: Any) -> GenerationResponse:
    return GenerationResponse(outputs=outputs or (an_image(),), **fields)


def a_failure(code: str = "engine_fault", **facts: Any) -> GenerationResponse:
    return GenerationResponse(success=False, error_code=code, error_facts=facts)


def a_task(
    status: GenerationStatus = GenerationStatus.PENDING, *, created_at: datetime = NOON, **fields: Any
) -> GenerationTask:
    """A task as a store may hold it: leased while it is processing, ended at a time when it is final."""
    filled: dict[str, Any] = {"id": TaskId("k7f3qz"), "request": a_request(), "price": 10}
    if status is GenerationStatus.PROCESSING:
        filled |= {"lease": a_lease(), "started_at": NOON, "attempts": 1}
    if status is GenerationStatus.COMPLETED:
        filled |= {"started_at": NOON, "response": a_response(processing_time=2.5)}
    if status is GenerationStatus.FAILED:
        filled |= {"response": a_failure()}
    if status.final:
        filled |= {"completed_at": NOON}
    return GenerationTask(**{**filled, "status": status, "created_at": created_at, **fields})


def some_progress(step: int = 5, steps: int = 20) -> Progress:
    return Progress(step, steps)

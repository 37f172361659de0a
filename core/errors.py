"""Every error that core raises. They carry facts; `core.presentation.messages` makes the sentences.

CoreError
├── UserError                 the caller can mend it
│   ├── InvalidRequestError   one or more fields are bad, each with its reason
│   ├── UnknownCommandError
│   ├── PermissionDeniedError
│   ├── NotYoursError
│   ├── NotFoundError
│   ├── InsufficientPointsError
│   ├── TooManyTasksError     the account has enough tasks waiting or running
│   └── QueueFullError        everybody together has
├── EngineError
│   ├── EngineUnavailableError*
│   │   └── EngineBusyError*  it wants to be left alone for a while
│   ├── NoEngineError*        none that could do it can be used now
│   ├── EngineTimeoutError*
│   ├── EngineRejectedError   the engine will not make this picture
│   └── EngineFaultError      it tried and broke
├── DeliveryError
│   ├── RateLimitedError*
│   ├── ChatUnavailableError*
│   ├── ChatGoneError
│   └── PayloadTooLargeError
├── PlatformRefusedError      a chat platform will not serve this bot as it is set up
├── StorageError
│   ├── StorageUnavailableError*
│   ├── StorageFullError
│   └── ConflictError         a unique key exists already
├── LeaseLostError            somebody else owns the task now
├── InvalidTransitionError    no such step in the lifecycle
├── InterruptedTooOftenError  the program stopped at each of the task's attempts
└── InternalError             a fault of the program itself              (* retryable)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: the field's name, a reason code and the facts about it."""

    field: str
    reason: str
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict)


class CoreError(Exception):
    """Root of the tree. `code` is stable and stored; `facts` holds what a sentence needs."""

    code: ClassVar[str] = "core_error"
    retryable: ClassVar[bool] = False

    def __init__(self, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({details})" if details else self.code


class UserError(CoreError):
    """The caller can mend it."""

    code = "user_error"


class InvalidRequestError(UserError):
    """Some fields of a request are bad; each problem names its field and reason."""

    code = "invalid_request"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(fields=", ".join(problem.field for problem in self.problems))

    @classmethod
    def of(cls, name: str, reason: str, **facts: Fact) -> InvalidRequestError:
        return cls([Problem(name, reason, facts)])


class UnknownCommandError(UserError):
    """There is no command of that name; `suggestion` is the one that was probably meant."""

    code = "unknown_command"

    def __init__(self, name: str, suggestion: str | None = None) -> None:
        super().__init__(name=name, suggestion=suggestion)


class PermissionDeniedError(UserError):
    """The command is for admins."""

    code = "permission_denied"

    def __init__(self, command: str) -> None:
        super().__init__(command=command)


class NotYoursError(UserError):
    """It is somebody else's, and not to be changed by the caller."""

    code = "not_yours"

    def __init__(self, command: str) -> None:
        super().__init__(command=command)


class NotFoundError(UserError):
    """There is no such thing, or none of the caller's."""

    code = "not_found"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind=kind, name=name)


class InsufficientPointsError(UserError):
    """The account can't pay that."""

    code = "insufficient_points"

    def __init__(self, needed: int, balance: int) -> None:
        self.needed = needed
        self.balance = balance
        super().__init__(needed=needed, balance=balance)


class TooManyTasksError(UserError):
    """The account has as many tasks waiting or running as it may."""

    code = "too_many_tasks"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class QueueFullError(UserError):
    """As many tasks wait as may."""

    code = "queue_full"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class EngineError(CoreError):
    """The engine made no picture."""

    code = "engine_error"


class EngineUnavailableError(EngineError):
    """The engine can't be reached, or takes no work now."""

    code = "engine_unavailable"
    retryable = True


class EngineBusyError(EngineUnavailableError):
    """The engine takes no more for `retry_after` seconds; nothing is wrong with it."""

    code = "engine_busy"

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after=retry_after)


class NoEngineError(EngineError):
    """No engine that could do it can be used now; none has begun, so the attempt was none."""

    code = "no_engine"
    retryable = True


class EngineTimeoutError(EngineError):
    """The engine took too long; `seconds` is how long it had."""

    code = "engine_timeout"
    retryable = True


class EngineRejectedError(EngineError):
    """The engine refuses this request for good; `reason` is a code, never the engine's own text."""

    code = "engine_rejected"


class EngineFaultError(EngineError):
    """The engine tried and broke."""

    code = "engine_fault"


class DeliveryError(CoreError):
    """A chat could not be made to show something."""

    code = "delivery_error"


class RateLimitedError(DeliveryError):
    """The platform wants a pause of `retry_after` seconds."""

    code = "rate_limited"
    retryable = True

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after=retry_after)


class ChatUnavailableError(DeliveryError):
    """The platform can't be reached now."""

    code = "chat_unavailable"
    retryable = True


class ChatGoneError(DeliveryError):
    """The chat or the message is gone for good."""

    code = "chat_gone"


class PayloadTooLargeError(DeliveryError):
    """The platform takes nothing that large."""

    code = "payload_too_large"


class PlatformRefusedError(CoreError):
    """A platform will not serve this bot until an operator mends something; `reason` says what."""

    code = "platform_refused"

    def __init__(self, platform: str, reason: str, **facts: Fact) -> None:
        self.platform = platform
        super().__init__(platform=platform, reason=reason, **facts)


class StorageError(CoreError):
    """The store could not do it."""

    code = "storage_error"


class StorageUnavailableError(StorageError):
    """The store can't serve now: locked, read-only, corrupt, from a newer program. `reason` says which."""

    code = "storage_unavailable"
    retryable = True


class StorageFullError(StorageError):
    """The disk is full; `path` is what did not fit."""

    code = "storage_full"


class ConflictError(StorageError):
    """A unique key exists already."""

    code = "conflict"


class LeaseLostError(CoreError):
    """The task was taken back, cancelled or finished meanwhile: the caller's result is to be dropped."""

    code = "lease_lost"


class InvalidTransitionError(CoreError):
    """The lifecycle has no step from `before` to `after`."""

    code = "invalid_transition"

    def __init__(self, before: str, after: str) -> None:
        super().__init__(before=before, after=after)


class InterruptedTooOftenError(CoreError):
    """The program stopped each of the `attempts` times that the task ran, so it is not tried again."""

    code = "interrupted_too_often"

    def __init__(self, attempts: int) -> None:
        super().__init__(attempts=attempts)


class InternalError(CoreError):
    """A fault of the program itself. `incident` is in the log beside the traceback."""

    code = "internal"

    def __init__(self, incident: str) -> None:
        super().__init__(incident=incident)

"""The engines that the settings name."""

from __future__ import annotations

from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.engine import KIND, OpenAIEngine
from adapters.engines.openai_images.pacing import Pacing
from adapters.engines.openai_images.payment import Payments
from adapters.engines.wire.connection import Connection
from core.generation.engine import Engine
from core.generation.job_notes import JobNotes


def open_openai(settings: OpenAISettings, notes: JobNotes) -> tuple[Engine, ...]:
    """Return one engine for each address, none where there is none. Nothing is connected to yet.

    `notes` are those of this kind of engine, which its servers share: a job that one of them may have been
    paid for is not taken to the next.
    """
    payments = Payments(notes if settings.is_paid else None)
    return tuple(
        OpenAIEngine(
            KIND if number == 1 else f"{KIND}-{number}",
            Connection(address, headers=_headers(settings)),
            settings,
            payments,
            Pacing(settings.per_minute),
        )
        for number, address in enumerate(settings.addresses, start=1)
    )


def _headers(settings: OpenAISettings) -> dict[str, str]:
    # A connection is not used again: the server may be closing it just then, and a call that was written
    # to it would be one of which nobody knows whether it was carried out.
    headers = {"Connection": "close"}
    key = settings.key.get_secret_value() if settings.key else ""
    return headers | {"Authorization": f"Bearer {key}"} if key else headers

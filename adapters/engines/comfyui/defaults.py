"""The operator's default model, which no member is to blame for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.engines.comfyui.inventory import Inventory, resolved
from core.errors import EngineRejectedError, EngineUnavailableError
from core.generation.engine import EngineJob


def check_default(model: str | None, inventory: Inventory) -> None:
    """Raise `EngineUnavailableError` with the reason `default_model` where the server lacks it.

    A server without any checkpoint may be one for workflows that load their models in another way.
    """
    if model and inventory.models and resolved(model, inventory.models) is None:
        raise EngineUnavailableError(reason="default_model", name=model)


@contextmanager
def operators_default(job: EngineJob, model: str | None) -> Iterator[None]:
    """Raise a refusal of the operator's model in the block as `check_default` does."""
    try:
        yield
    except EngineRejectedError as error:
        if job.request.settings.model or not model or error.facts.get("reason") != "model":
            raise
        if resolved(model, [str(error.facts.get("name"))]) is None:  # one that the workflow itself names
            raise
        raise EngineUnavailableError(reason="default_model", name=model) from None

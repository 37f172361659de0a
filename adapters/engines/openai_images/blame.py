"""Whose fault a refusal is: the member's, who can ask otherwise, or the operator's, who set it so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.engines.openai_images.calls import OPTIONS
from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.recipe import OpenAIRecipe
from core.errors import EngineError, EngineRejectedError, EngineUnavailableError
from core.generation.engine import EngineJob


@contextmanager
def operators_fault(settings: OpenAISettings, job: EngineJob, recipe: OpenAIRecipe) -> Iterator[None]:
    """Raise what the operator alone can mend as `EngineUnavailableError`, so that no member is told of it.

    Its reason is `default_model` where the request names no model, with the setting as `name` where there
    is one, or `options` with the setting's own name.
    """
    try:
        yield
    except EngineRejectedError as error:
        found = _operators(error, settings, job, recipe)
        if found is None:
            raise
        raise found from None


def _operators(
    error: EngineRejectedError, settings: OpenAISettings, job: EngineJob, recipe: OpenAIRecipe
) -> EngineError | None:
    match error.facts:
        case {"reason": "model"} if job.request.settings.model is None:
            return EngineUnavailableError(
                reason="default_model", **({"name": settings.model} if settings.model else {})
            )
        case {"reason": "value", "name": "stream" | "partial_images"} if settings.partial_images:
            return EngineUnavailableError(reason="options", name="partial_images")
        case {"reason": "value", "name": str() as name} if name in OPTIONS and name not in recipe.options:
            return EngineUnavailableError(reason="options", name=name)
        case _:
            return None

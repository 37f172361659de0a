"""Views of a task on its way, for tests of what shows them."""

from __future__ import annotations

from core.generation.models import GenerationStatus
from core.ids import ImageId, TaskId
from core.presentation.views import StatusView


def view(
    status: GenerationStatus = GenerationStatus.PROCESSING,
    *,
    task: str = "k7f3qz",
    headline: str = "Drawing, step 9 of 20",
    fraction: float | None = None,
    prompt: str = "a red fox",
    images: tuple[str, ...] = (),
) -> StatusView:
    return StatusView(
        TaskId(task),
        status,
        prompt,
        headline,
        details="768×768 · seed 7",
        fraction=fraction,
        images=tuple(ImageId(image) for image in images),
    )

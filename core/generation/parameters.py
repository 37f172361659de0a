"""The text inside a picture that says how it was made."""

from __future__ import annotations

import json

from core.generation.models import GenerationMetadata, GenerationRequest

_SEPARATORS = ",:"
"""Between and inside the pairs of the last line: a value with one of them is quoted."""


def parameters_text(request: GenerationRequest, metadata: GenerationMetadata, index: int = 0) -> str:
    """Return what image tools read from a PNG's `parameters`, for picture `index` (from 0) of a batch.

    The prompt; a line with the negative prompt, if there is one; a line of `name: value` pairs, without
    those that are not known. What the engine reports goes before what was asked for.
    """
    lines = [request.prompt]
    if request.negative_prompt:
        lines.append(f"Negative prompt: {request.negative_prompt}")
    lines.append(", ".join(f"{name}: {value}" for name, value in _pairs(request, metadata, index).items()))
    return "\n".join(lines)


def _pairs(request: GenerationRequest, metadata: GenerationMetadata, index: int) -> dict[str, str]:
    settings = request.settings
    seed = settings.seed if metadata.seed is None else metadata.seed
    model = metadata.model or settings.model
    pairs = {"Steps": str(settings.steps)}
    if settings.sampler:
        pairs["Sampler"] = _value(settings.sampler)
    pairs["CFG scale"] = f"{settings.cfg_scale:g}"
    if seed is not None:
        pairs["Seed"] = str(seed + index)
    pairs["Size"] = f"{settings.width}x{settings.height}"
    if model:
        pairs["Model"] = _value(model)
    if request.input_images:
        pairs["Denoising strength"] = f"{settings.strength:g}"
    pairs["Version"] = "Easel"
    return pairs


def _value(text: str) -> str:
    line = " ".join(text.split())  # an engine names its models: a line break would end the pairs
    if any(separator in line for separator in _SEPARATORS):
        return json.dumps(line, ensure_ascii=False)
    return line

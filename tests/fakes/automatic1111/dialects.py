"""How the servers of the AUTOMATIC1111 API differ, as observed, and what each says that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

DialectName = Literal["forge", "sdnext", "sd-server"]


@dataclass(frozen=True)
class Dialect:
    name: DialectName
    has_progress: bool = True
    interrupt_status: int | None = 200
    has_info: bool = True
    has_extras: bool = True
    checks_values: bool = True
    side_step: int = 8

    def side(self, asked: int) -> int:
        """Forge rounds down to 8, sd-server up to 64."""
        if self.side_step == 8:
            return max(asked // 8 * 8, 8)
        return -(-asked // self.side_step) * self.side_step

    def lists(self) -> dict[str, Any]:
        return _PLAIN_LISTS if self.name == "sd-server" else _LISTS


DIALECTS = {
    "forge": Dialect("forge"),
    "sdnext": Dialect("sdnext", interrupt_status=204),
    "sd-server": Dialect(
        "sd-server",
        has_progress=False,
        interrupt_status=None,
        has_info=False,
        has_extras=False,
        checks_values=False,
        side_step=64,
    ),
}

_LISTS: dict[str, Any] = {
    "samplers": [
        {"name": "Euler", "aliases": ["k_euler"], "options": {}},
        {"name": "Euler a", "aliases": ["k_euler_a", "k_euler_ancestral"], "options": {}},
        {"name": "DPM++ 2M", "aliases": ["k_dpmpp_2m"], "options": {}},
    ],
    "schedulers": [
        {"name": "automatic", "label": "Automatic", "aliases": None},
        {"name": "karras", "label": "Karras", "aliases": None},
    ],
    "sd-models": [
        {
            "title": "sd15/tiny.safetensors [0123456789]",
            "model_name": "sd15_tiny",
            "hash": "0123456789",
            "filename": "/srv/models/Stable-diffusion/sd15/tiny.safetensors",
        },
        {
            "title": "other.v2.safetensors [9876543210]",
            "model_name": "other.v2",
            "hash": "9876543210",
            "filename": "/srv/models/Stable-diffusion/other.v2.safetensors",
        },
    ],
    "upscalers": [
        {"name": "None", "scale": 4},
        {"name": "Lanczos", "scale": 4},
        {"name": "Nearest", "scale": 4},
    ],
    "loras": [{"name": "Snow_v2", "alias": "snowfall", "path": "/srv/models/Lora/Snow_v2.safetensors"}],
    "options": {
        "sd_model_checkpoint": "sd15/tiny.safetensors [0123456789]",
        "show_progress_every_n_steps": 10,
        "live_previews_enable": True,
    },
}

_PLAIN_LISTS: dict[str, Any] = {
    "samplers": [
        {"name": name, "aliases": [name], "options": {}} for name in ("default", "euler", "euler_a")
    ],
    "schedulers": [{"name": name, "label": name} for name in ("default", "karras")],
    "sd-models": [{"title": "tiny", "model_name": "tiny", "filename": "tiny.gguf", "hash": "8888888888"}],
    "upscalers": [{"name": "None"}, {"name": "Lanczos"}],
    "loras": [{"name": "snow", "path": "snow.safetensors"}],
    "options": {"samples_format": "png", "sd_model_checkpoint": "tiny"},
}

"""Settings for an Easel in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adapters.console.config import ConsoleSettings
from bot.settings import ImagesSection, Settings, StorageSection


def settings_in(folder: Path, **sections: Any) -> Settings:
    """Return the defaults, but for `sections` and where things are kept."""
    data = folder / "data"
    own = {
        "storage": StorageSection(path=data / "easel.db"),
        "images": ImagesSection(path=data / "images"),
        "console": ConsoleSettings(history_file=data / "history"),
    }
    return Settings(_env_file=None, **(own | sections))

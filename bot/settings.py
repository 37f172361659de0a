"""Settings, from the environment and ``.env``: one nested section for each part.

``EASEL_WORKER__SLOTS=2`` sets `Settings.worker.slots`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.console.config import ConsoleSettings
from adapters.discord.config import DiscordSettings
from adapters.engines.automatic1111.config import Automatic1111Settings
from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.horde.config import HordeSettings
from adapters.engines.local.config import LocalSettings
from adapters.engines.openai_images.config import OpenAISettings
from adapters.telegram.config import TelegramSettings
from core.generation.models import GenerationSettings

PREFIX = "EASEL_"
NESTING = "__"
ENV_FILE = ".env"


def at_home(path: Path) -> Path:
    """Put the home folder for ~, as a shell would: a .env file has none. Raises `ValueError`."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("there is no such home folder") from None


def _history_at_home(console: ConsoleSettings) -> ConsoleSettings:
    return console.model_copy(update={"history_file": at_home(console.history_file)})


_Place = Annotated[Path, AfterValidator(at_home)]
_Points = Annotated[int, Field(ge=0, le=1_000_000)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StorageSection(_Section):
    """Where tasks and points are kept."""

    path: Annotated[_Place, Field(description="the SQLite database; its folder is made")] = Path(
        "data/easel.db"
    )
    synchronous: Annotated[
        Literal["FULL", "NORMAL"],
        BeforeValidator(str.upper),
        Field(description="FULL survives a power cut; NORMAL is faster and may lose the last second in one"),
    ] = "FULL"


class ImagesSection(_Section):
    """Where pictures are kept."""

    path: Annotated[_Place, Field(description="a folder; it is made")] = Path("data/images")
    max_input_mib: Annotated[int, Field(ge=1, le=100, description="the largest picture taken as input")] = 20


class PointsSection(_Section):
    """What pictures cost."""

    enabled: Annotated[bool, Field(description="false makes everything free")] = True
    starting_grant: Annotated[int, Field(ge=0, le=1_000_000, description="points of a new account")] = 100
    default_steps: Annotated[int, Field(ge=1, le=150, description="steps that the base price is for")] = 20
    minimum: Annotated[int, Field(ge=0, le=1_000_000, description="the least that a picture costs")] = 1
    base: Annotated[
        dict[str, _Points],
        Field(description='base price of a type for a megapixel, as JSON, such as {"txt2img": 10}'),
    ] = {}


class LimitsSection(_Section):
    """How much may wait."""

    per_account: Annotated[
        int, Field(ge=1, le=100_000, description="tasks of one account that wait or run")
    ] = 25
    queue: Annotated[int, Field(ge=1, le=1_000_000, description="tasks that wait, of everybody")] = 1000


class WorkerSection(_Section):
    """How tasks are worked on. Times in seconds."""

    slots: Annotated[
        int | None, Field(ge=1, le=64, description="tasks at one time; empty for as many as the engine takes")
    ] = None
    lease: Annotated[float, Field(gt=0.5, le=3600, description="how long a silent worker keeps a task")] = 30
    job: Annotated[float, Field(gt=0, le=86_400, description="how long an engine may take for a task")] = 600
    attempts: Annotated[int, Field(ge=1, le=10_000, description="starts of a task before it fails")] = 5
    drain: Annotated[float, Field(ge=0, le=3600, description="how long a stop waits for running tasks")] = 20
    lanes: Annotated[
        dict[str, Annotated[int, Field(ge=1, le=1000)]],
        Field(description='how many tasks of a lane may run at one time, as JSON, such as {"slow": 1}'),
    ] = {}


class DefaultsSection(_Section):
    """What a picture is like where nobody says otherwise."""

    width: Annotated[int, Field(ge=64, le=2048, description="pixels")] = 768
    height: Annotated[int, Field(ge=64, le=2048, description="pixels")] = 768
    steps: Annotated[int, Field(ge=1, le=150, description="more is finer and slower")] = 20

    def generation(self) -> GenerationSettings:
        """Return them as a request has them."""
        return GenerationSettings(width=self.width, height=self.height, steps=self.steps)


class TypesSection(_Section):
    """Which kinds of picture there are beside the built-in ones; docs/types.md says how to add one."""

    folder: Annotated[_Place, Field(description="a folder of TOML files; it need not be there")] = Path(
        "types"
    )


class RetentionSection(_Section):
    """How long finished tasks and their pictures are kept."""

    days: Annotated[float, Field(ge=0, le=36_500, description="0 keeps them for ever")] = 30


class SketchSection(_Section):
    """The embedded stand-in, which draws where no engine below is switched on."""

    slots: Annotated[int, Field(ge=1, le=16, description="pictures drawn at one time")] = 1


class LogSection(_Section):
    """What is logged, to standard error."""

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(str.upper),
        Field(description="INFO says what happens to every task"),
    ] = "WARNING"
    format: Annotated[
        Literal["text", "json"],
        BeforeValidator(str.lower),
        Field(description="json is one object a line"),
    ] = "text"


class Settings(BaseSettings):
    """Everything that an operator can set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=NESTING,
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",  # the .env file may set other programs too; our own variables are checked by name
        frozen=True,
        hide_input_in_errors=True,
    )

    storage: StorageSection = StorageSection()
    images: ImagesSection = ImagesSection()
    points: PointsSection = PointsSection()
    limits: LimitsSection = LimitsSection()
    worker: WorkerSection = WorkerSection()
    defaults: DefaultsSection = DefaultsSection()
    retention: RetentionSection = RetentionSection()
    types: TypesSection = TypesSection()
    sketch: SketchSection = SketchSection()
    comfyui: ComfyUISettings = ComfyUISettings()
    automatic1111: Automatic1111Settings = Automatic1111Settings()
    openai: OpenAISettings = OpenAISettings()
    horde: HordeSettings = HordeSettings()
    local: LocalSettings = LocalSettings()
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    console: Annotated[ConsoleSettings, AfterValidator(_history_at_home)] = ConsoleSettings()
    log: LogSection = LogSection()

    @classmethod
    def sections(cls) -> dict[str, type[BaseModel]]:
        """Return the sections by name."""
        return {
            name: field.annotation
            for name, field in cls.model_fields.items()
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        }

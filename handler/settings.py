"""Settings, read from the environment (and from a file ``.env``)."""

import re
import tempfile
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from handler.aws.secret_settings import SecretSettings
from model_layer import Limits

LOCALES: Final = Path(__file__).parent / "texts" / "locales"
"""A language is a file there; see :mod:`handler.texts.texts`."""

Positive = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(gt=0)]


def _split(value: object) -> object:
    return (
        [part for part in re.split(r"[\s,]+", value) if part] if isinstance(value, str) else value
    )


Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_split)]
"""Of people (above zero) and groups (below)."""
Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_split)]


class MissingSettingError(Exception):
    """A setting that this way of running the bot needs is not set.

    Args:
        variable: its name in the environment.
        reason: what it is needed for.
    """

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable} is not set: {reason}")


class Settings(BaseSettings):
    """Every variable the bot reads; the name in the environment is the field's in capitals.

    An empty variable counts as not set. Making an instance reads the secrets that are given by
    their ARN from AWS.

    Raises:
        ValidationError: a setting is missing or wrong; see :func:`problems`.
        CloudError: a secret cannot be read.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    bot_token: SecretStr = Field(description="The bot's token from @BotFather.")
    bot_token_arn: str | None = Field(
        None,
        description="ARN of the Secrets Manager secret or SSM parameter with the token, "
        "instead of the token.",
    )
    telegram_api_url: HttpUrl = Field(
        HttpUrl("https://api.telegram.org"),
        description="Bot API server; set it to use a local one.",
    )
    webhook_url: HttpUrl | None = Field(
        None,
        description="Public address of this bot: https://HOST/telegram/webhook; "
        "the path is appended to an address without one.",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Telegram repeats it with every update; 1 to 256 of A-Z a-z 0-9 _ -. "
        "Without one the webhook refuses to start.",
    )
    webhook_secret_arn: str | None = Field(
        None, description="ARN of a secret or parameter, instead of `WEBHOOK_SECRET`."
    )
    support_contact: str | None = Field(
        None, description="What /support names: a @username, an address or a link."
    )
    default_language: str = Field(
        "en",
        description="For people whose language is not spoken: en, or another file's name in "
        "handler/texts/locales.",
    )
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port that the web server listens on.")
    weights: Path | str = Field(
        Path(__file__).parent.parent / "weights",
        description="Folder with manifest.json, or s3://bucket/prefix.",
    )
    manifest: Path | None = Field(
        None,
        description="Manifest of the models, where `WEIGHTS` is a bucket and its own does not "
        "count.",
    )
    model_cache: Path = Field(
        default_factory=lambda: Path(tempfile.gettempdir()) / "neon-bot-models",
        description="Folder for models fetched from S3.",
    )
    preferred_models: Names = Field(
        frozenset(),
        description="Models of the manifest, by name, with commas between: taken before all others "
        "that fit, as pulled or converted ones.",
    )
    store: str | None = Field(
        None,
        description="SQLite file that keeps jobs, claims and results; by default neon-bot.db next "
        "to the process. `:memory:` keeps nothing.",
    )
    queue_url: str | None = Field(None, description="SQS FIFO queue of jobs, instead of the store.")
    results_table: str | None = Field(
        None, description="DynamoDB table for results and claims, instead of the store."
    )
    device: str | None = Field(
        None, description="torch device; by default a GPU when there is one, else the CPU."
    )
    queue_size: PositiveInt = Field(5000, description="Jobs that may wait in all.")
    queue_per_chat: PositiveInt = Field(500, description="Jobs of one chat that may wait.")
    quota_per_minute: PositiveInt | None = Field(
        None, description="New pictures that a person may ask for within a minute."
    )
    quota_per_day: PositiveInt | None = Field(None, description="The same within a day.")
    allowed_ids: Ids = Field(
        frozenset(),
        description="Ids of people and groups, with commas between them: the bot is for nobody "
        "else.",
    )
    admin_ids: Ids = Field(
        frozenset(),
        description="Ids of people who may ask for /stats, are always let in, and have no quotas.",
    )
    workers: PositiveInt = Field(2, description="Pictures decoded and computed at once.")
    transfers: PositiveInt = Field(
        4, description="Downloads at once, and uploads: beside the pictures that are computed."
    )
    job_seconds: Positive = Field(300, description="Longest time a job may take, seconds.")
    stop_seconds: Positive = Field(
        7,
        description="Longest time for a stop, seconds; a job that is not done by then begins anew "
        "after the next start.",
    )
    worker_megabytes: PositiveInt = Field(
        2500, description="A worker process that has grown so large is replaced between two jobs."
    )
    patience_seconds: Positive = Field(
        20, description="A better model may take so long; beyond that a quicker one is used."
    )
    max_input_megapixels: Positive = Field(50, description="Largest picture that is decoded.")
    max_output_megapixels: Positive = Field(
        64, description="Largest result; what would be larger is refused kindly."
    )
    remembered_results: PositiveInt = Field(10_000, description="Results kept in the store.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="text, or json with metrics for CloudWatch among the lines."
    )

    @property
    def places(self) -> int:
        """How many jobs may be begun at once: enough that transfers keep none from the model."""
        return self.workers + self.transfers

    @property
    def limits(self) -> Limits:
        """How large pictures may be."""
        return Limits(self.max_input_megapixels, self.max_output_megapixels)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # no folder of secrets
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments come before the environment, this before ``.env``; ARNs fill what is left."""
        return init_settings, env_settings, dotenv_settings, SecretSettings(settings_cls)

    def required_webhook_secret(self) -> str:
        """Return the webhook's secret.

        Raises:
            MissingSettingError: there is none.
        """
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if not secret:
            raise MissingSettingError("WEBHOOK_SECRET", "without it anybody could pose as Telegram")
        return secret

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_allowed(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("1 to 256 characters of A-Z a-z 0-9 _ -")
        return secret

    @field_validator("default_language")
    @classmethod
    def _language_has_texts(cls, language: str) -> str:
        names = sorted(path.stem for path in LOCALES.glob("*.ftl"))
        if language not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return language

    @field_validator("bot_token")
    @classmethod
    def _token_has_the_form(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
            raise ValueError("a bot token looks like 123456789:AAE...")
        return token


def problems(error: ValidationError) -> list[str]:
    """Say what is wrong with settings: one line each, with the variable and never its value."""
    return [
        _problem(found["loc"], found["type"], found["msg"])
        for found in error.errors(include_input=False)
    ]


def _problem(place: tuple[int | str, ...], kind: str, message: str) -> str:
    variable = ".".join(map(str, place)).upper()
    if kind == "missing":
        return f"{variable} is not set"
    return f"{variable}: {message.removeprefix('Value error, ')}"

"""Settings, read from the environment (and from a file ``.env``)."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Positive = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(gt=0)]


class Settings(BaseSettings):
    """Every variable the bot reads; the name in the environment is the field's in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = Field(description="The bot's token from @BotFather.")
    telegram_api_url: HttpUrl = Field(
        HttpUrl("https://api.telegram.org"),
        description="Bot API server; set it to use a local one.",
    )
    webhook_url: HttpUrl | None = Field(
        None, description="Public address of this bot: https://HOST/telegram/webhook."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Telegram repeats it with every update; 1 to 256 of A-Z a-z 0-9 _ -. "
        "Without one the webhook refuses to start.",
    )
    support_contact: str | None = Field(
        None, description="What /support names: a @username, an address or a link."
    )
    default_language: Literal["en", "ru"] = Field(
        "en", description="For people whose language is not spoken: en or ru."
    )
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port that the web server listens on.")
    weights: Path = Field(
        Path(__file__).parent.parent / "weights", description="Folder with manifest.json."
    )
    device: str | None = Field(
        None, description="torch device; by default a GPU when there is one, else the CPU."
    )
    queue_size: PositiveInt = Field(32, description="Jobs that may wait.")
    workers: PositiveInt = Field(2, description="Jobs worked on at once (pictures in memory).")
    job_seconds: Positive = Field(300, description="Longest time a job may take, seconds.")
    max_input_megapixels: Positive = Field(50, description="Largest picture that is decoded.")
    max_output_megapixels: Positive = Field(
        64, description="Largest result; what would be larger is refused kindly."
    )
    remembered_results: PositiveInt = Field(10_000, description="Results kept in memory.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_allowed(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("1 to 256 characters of A-Z a-z 0-9 _ -")
        return secret

    @field_validator("bot_token")
    @classmethod
    def _token_has_the_form(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
            raise ValueError("a bot token looks like 123456789:AAE...")
        return token

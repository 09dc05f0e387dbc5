"""One Settings object: flags, then ``WHOSAID_*`` variables, then the config file, then these defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from rag.errors import SettingsError


class Settings(BaseSettings):
    """How Whosaid runs. Every field is also a variable: ``chroma_url`` is ``WHOSAID_CHROMA_URL``."""

    model_config = SettingsConfigDict(env_prefix="WHOSAID_", env_ignore_empty=True, frozen=True, extra="ignore")

    library: Path = Field(default_factory=lambda: user_data_path("whosaid") / "library")
    encoder: str | None = None
    """A sentence-transformers folder or hub name; None is the packaged all-MiniLM-L6-v2."""
    reranker: str | None = None
    """A sentence-transformers CrossEncoder, folder or hub name, that reads the best chunks again; None is none."""
    chroma_url: str | None = None
    """Address of a Chroma server; None keeps Chroma inside the library folder."""
    model: str | None = None
    """The chat model as ``provider:name``, ``local`` or ``local:NAME`` for one that is here; None answers without one."""
    models: Path = Field(default_factory=lambda: user_data_path("whosaid") / "models")
    """Where the local models lie."""
    model_url: str | None = None
    """Address of the model's server; None is the provider's own."""
    model_key: SecretStr | None = None
    """The model's key; None is what the provider's own variable holds."""
    model_seconds: float = Field(default=120.0, gt=0)
    """The longest that an answer of the model may take."""
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    chunk_tokens: int = Field(default=220, ge=32, le=2000)
    candidates: int = Field(default=100, ge=5, le=1000)
    """How many chunks each of the two searches hands to the ranking."""

    @field_validator("library", "models")
    @classmethod
    def _at_home(cls, folder: Path) -> Path:
        return Path(os.path.expanduser(folder))  # no shell does it for a variable or the config file

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags win over variables, variables over the config file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


def config_file() -> Path:
    """The config file: ``WHOSAID_CONFIG``, or ``whosaid/config.toml`` in the user's config folder."""
    named = os.environ.get("WHOSAID_CONFIG")
    return Path(named) if named else user_config_path("whosaid") / "config.toml"


def load_settings(**flags: Any) -> Settings:
    """Settings with the given flags (None means not given). Raises SettingsError naming the bad one."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"The setting {name!r} cannot be {first['input']!r}: {first['msg']}.") from error
    except (ValueError, OSError) as error:
        raise SettingsError(f"The config file {config_file()} cannot be read: {error}.") from error

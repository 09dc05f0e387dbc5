"""Chat models through LangChain, named ``provider:name``. Everything that can go wrong is told as one ModelError."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from rag.errors import ModelError, first_line, shown_address
from rag.local_models import ModelStore, Served, serve_model, stop_serving
from rag.settings import Settings

Messages = Sequence[tuple[str, str]]
"""Role (``system``, ``human``, ``ai``) and text of each message."""
MOST_TOKENS = 800  # an answer has a few sentences
MOST_CHARACTERS = 12_000
"""An answer that is longer goes nowhere: small models repeat themselves without an end."""
MOST_SAID = 300
"""Characters of a provider's own words that are shown."""
LOCAL = "local"
"""The provider of models that are on this machine's disk."""
KEYLESS = "none"
"""Servers on one's own machine ask for no key, the providers' clients do."""
_STOPPED: ContextVar[threading.Event | None] = ContextVar("stopped", default=None)
_OVERFLOW = (
    "context length",
    "context size",
    "context window",
    "maximum context",
    "too many tokens",
    "prompt is too long",
)


@contextmanager
def until(stopped: threading.Event) -> Iterator[None]:
    """Models that are asked in this thread within the block end with a ModelError as soon as ``stopped`` is set."""
    token = _STOPPED.set(stopped)
    try:
        yield
    finally:
        _STOPPED.reset(token)


class ChatModel:
    """A chat model that streams its answer. Loaded at the first call. ``seconds`` is the longest that an answer may take."""

    def __init__(
        self,
        name: str,
        *,
        url: str | None = None,
        key: str | None = None,
        seconds: float = 120.0,
        temperature: float = 0.0,
        start: Callable[[], Served] | None = None,
    ) -> None:
        if ":" not in name.strip(": "):
            raise ModelError(
                f"The model {name!r} does not name its provider.",
                help_message="Name it as provider:name, such as openai:gpt-4.1-mini or anthropic:claude-sonnet-4-5.",
            )
        self.name = name
        self.url = url
        self._key = key
        self._seconds = seconds
        self._temperature = temperature
        self._start = start
        self._served: Served | None = None
        self._model: Any = None

    @classmethod
    def from_settings(cls, settings: Settings) -> ChatModel | None:
        """The model that is set, or None. A key that is not set is taken by the provider's client from its own variable.

        A local model is served at the first question. Raises ModelError for one that is not here.
        """
        if settings.model is None:
            return None
        provider, _, name = settings.model.strip().partition(":")
        if provider == LOCAL:
            model = ModelStore(settings.models).model(name or None)
            return cls(f"{LOCAL}:{model.name}", seconds=settings.model_seconds, start=lambda: serve_model(model))
        key = settings.model_key.get_secret_value() if settings.model_key else None
        return cls(settings.model, url=settings.model_url, key=key, seconds=settings.model_seconds)

    def stream(self, messages: Messages) -> Iterator[str]:
        """The answer in pieces, as they come.

        Raises ModelError for a missing package, a wrong key, a server that cannot be reached, a time-out, too long a
        prompt, an empty answer and one without an end; pieces may have come before.
        """
        deadline = time.monotonic() + self._seconds
        length, empty, stopped = 0, True, _STOPPED.get()
        try:
            for chunk in self._load().stream([*messages]):
                if stopped and stopped.is_set():
                    raise ModelError(f"The model {self.name} was stopped.", help_message="Ask again.")
                text = chunk.text if isinstance(chunk.text, str) else str(chunk.text())
                length, empty = length + len(text), empty and not text.strip()
                if length > MOST_CHARACTERS:
                    raise ModelError(
                        f"The model {self.name} does not come to an end.", help_message="Ask again, or name another."
                    )
                if time.monotonic() > deadline:
                    raise self._too_slow()
                if text:
                    yield text
        except ModelError:
            raise
        except Exception as error:  # every provider's client raises types of its own
            raise self._explained(error) from error
        if empty:
            raise ModelError(
                f"The model {self.name} gave an empty answer.", help_message="Ask again, or name another model."
            )

    def complete(self, messages: Messages) -> str:
        """The whole answer. Raises as ``stream`` does."""
        return "".join(self.stream(messages))

    def warm_up(self) -> None:
        """Load the client, and start the server of a local model, now rather than at the first question."""
        self._load()

    def close(self) -> None:
        """Stop the server of a local model; a further question starts it again."""
        if self._start:
            stop_serving()

    def _load(self) -> Any:
        served = self._start() if self._start else None
        if self._model is None or served is not self._served:
            self._served = served
            try:
                from langchain.chat_models import init_chat_model
            except ImportError as error:
                raise _missing("langchain") from error
            name = f"openai:{self.name.partition(':')[2]}" if served else self.name
            url, key = (served.url, served.key) if served else (self.url, self._key)
            provider = name.partition(":")[0]
            options: dict[str, Any] = {
                "temperature": self._temperature, "max_tokens": MOST_TOKENS, "timeout": self._seconds, "max_retries": 1,
            }  # fmt: skip
            if url:
                options["base_url"] = url
            if key or url:
                options["api_key"] = key or KEYLESS
            try:
                self._model = init_chat_model(name, **options)
            except ImportError as error:
                raise _missing(f"langchain-{provider.replace('_', '-')}") from error
            except Exception as error:
                raise self._explained(error) from error
        return self._model

    def _harmless(self, said: str) -> str:
        """A provider's words without the key and what an address may hide: clients tell whole addresses."""
        hidden = [self._key, *re.findall(r"(?<=//)[^/@]+(?=@)|(?<=\?).+", self.url or "")]
        for secret in filter(None, hidden):
            said = said.replace(secret, "…")
        return said

    def _too_slow(self) -> ModelError:
        return ModelError(
            f"The model {self.name} took longer than {self._seconds:g} seconds.",
            help_message="Ask again, name a smaller model, or set WHOSAID_MODEL_SECONDS.",
        )

    def _explained(self, error: Exception) -> ModelError:
        """What a client's error means, by its status or its kind, and what to do."""
        chain = list(_causes(error))
        kinds = {name for one in chain for name in (base.__name__ for base in type(one).__mro__)}
        status = next((code for one in chain if isinstance(code := getattr(one, "status_code", None), int)), 0)
        said = self._harmless(first_line(error))[:MOST_SAID]
        place = f" at {shown_address(self.url)}" if self.url else ""
        if kinds & {
            "TimeoutException",
            "ModelTimeoutError",
            "APITimeoutError",
            "TimeoutError",
            "ReadTimeout",
            "ConnectTimeout",
        }:
            return self._too_slow()
        if (
            status in (401, 403)
            or kinds & {"ModelAuthenticationError", "ModelPermissionDeniedError"}
            or "api_key" in said
            or "API key" in said
        ):
            return ModelError(
                f"The model {self.name}{place} does not accept the key.",
                help_message="Set WHOSAID_MODEL_KEY, or the provider's own variable, to a key that is valid.",
            )
        if kinds & {
            "ModelConnectionError",
            "APIConnectionError",
            "ConnectError",
            "ConnectionError",
            "RemoteProtocolError",
            "ReadError",
        }:
            return ModelError(
                f"The model {self.name}{place} cannot be reached.",
                help_message="Start its server, or set WHOSAID_MODEL_URL to the address where it runs.",
            )
        if status == 413 or "ContextOverflowError" in kinds or any(words in said.lower() for words in _OVERFLOW):
            return ModelError(
                f"The evidence is too long for the model {self.name}.",
                help_message="Start its server with a larger context, or name another model.",
            )
        if status == 404:
            return ModelError(
                f"There is no model {self.name}{place}.",
                help_message="Look up its name, and its address, at the provider.",
            )
        if status == 429:
            return ModelError(
                f"The model {self.name}{place} takes no more questions now.",
                help_message="Wait a little, or name another.",
            )
        if status >= 500:
            return ModelError(
                f"The server of {self.name}{place} failed: {said}.", help_message="Ask again, or look at its log."
            )
        return ModelError(
            f"The model {self.name}{place} cannot be used: {said}.",
            help_message="Name another, or look up its settings.",
        )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _missing(package: str) -> ModelError:
    return ModelError(
        f"The package {package} is not installed, which the model needs.", help_message=f"Run `pip install {package}`."
    )

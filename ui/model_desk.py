"""Which model answers, and the local ones: brought in the background, so that a reload of the page loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from rag.errors import ModelError
from rag.llm import LOCAL, ChatModel
from rag.local_models import DEFAULT, KNOWN, LocalModel, ModelStore, PackagedModel, get_model
from rag.settings import Settings
from ui.gate import LibraryGate, told

NO_MODEL = ""
"""The choice of answers in the articles' own sentences."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a model is: bytes, of how many, and what is going on."""

    done: int
    total: int | None
    label: str


class ModelDesk:
    """The models of the page, one desk for all who open it. Safe to use from several threads."""

    def __init__(
        self,
        gate: LibraryGate,
        settings: Settings,
        known: Mapping[str, PackagedModel] = KNOWN,
        default: str = DEFAULT,
    ) -> None:
        self._gate = gate
        self._settings = settings
        self._known = dict(known)
        self._default = default
        self._store = ModelStore(settings.models)
        self._lock = threading.Lock()
        self._choosing = threading.RLock()
        self._stopped = threading.Event()
        self.fetching: Fetching | None = None
        self.chosen = settings.model or NO_MODEL
        self.said = ""
        self.failed = False

    @property
    def offered(self) -> PackagedModel | None:
        """The model that can be brought, if it is not here yet."""
        model = self._known[self._default]
        return None if model.name in {one.name for one in self._store.models()} else model

    def models(self) -> list[LocalModel]:
        """The local models that are here."""
        return self._store.models()

    def choices(self) -> list[tuple[str, str]]:
        """What can answer, for people and for :meth:`choose`."""
        local = {f"{LOCAL}:{model.name}" for model in self.models()}
        names = dict.fromkeys([*([self._named(self._settings.model)] if self._settings.model else ()), *sorted(local)])
        return [("The articles' own sentences", NO_MODEL), *((f"Written by {name}", name) for name in names)]

    @property
    def choice(self) -> str:
        """The one of the choices that answers now."""
        now = self._named(self.chosen)
        return now if now in {value for _, value in self.choices()} else NO_MODEL

    def choose(self, name: str) -> None:
        """Let this one answer from now on. What goes wrong is told in ``said``."""
        with self._choosing:  # of two readers the later one's choice holds, for the library and for what the page says
            self._choose(name)

    def _choose(self, name: str) -> None:
        if name not in {value for _, value in self.choices()}:
            return self._say("This model is no longer here.", failed=True)
        try:
            model = ChatModel.from_settings(self._settings.model_copy(update={"model": name})) if name else None
            self._gate.library().use_model(model)
        except Exception as error:
            return self._say(told(error), failed=True)
        self.chosen = name
        if model:
            threading.Thread(target=self._warm_up, args=(model,), name="warm-up-model", daemon=True).start()
        return self._say(f"From now on answers are {f'written by {name}' if name else 'the articles’ own sentences'}.")

    def get(self) -> None:
        """Begin to bring the default model, unless that is going on; once here, it answers."""
        with self._lock:
            if self.fetching is not None:
                return
            self.fetching = Fetching(0, self._known[self._default].size, "Getting ready")
            self._stopped.clear()
            self._say("")
        threading.Thread(target=self._get, name="get-model", daemon=True).start()

    def stop(self) -> None:
        """Stop bringing a model; what came is kept."""
        self._stopped.set()

    def remove(self, name: str) -> None:
        """Delete a local model; answers are then the articles' own sentences, if it was the one that wrote them."""
        with self._choosing:
            try:
                if self.choice == f"{LOCAL}:{name}":
                    self.choose(NO_MODEL)
                self._store.remove(name)
            except Exception as error:
                return self._say(told(error), failed=True)
            return self._say(f"Removed {name}.")

    def _get(self) -> None:
        def show(done: int, total: int | None, label: str) -> None:
            if self._stopped.is_set() or self._gate.leaving:
                raise ModelError("Stopped.", help_message="What came is kept: press the button again to go on.")
            self.fetching = Fetching(done, total, label)

        try:
            model = get_model(self._default, self._store, show, self._known)
        except Exception as error:
            self._say(told(error, "The model could not be brought"), failed=not self._stopped.is_set())
        else:
            self.choose(f"{LOCAL}:{model.name}")
        finally:
            self.fetching = None

    def _warm_up(self, model: ChatModel) -> None:
        try:
            model.warm_up()
        except Exception as error:
            if self.choice == model.name:  # or it was chosen away, or removed, meanwhile
                self._say(told(error), failed=True)

    def _named(self, name: str | None) -> str:
        """``local:NAME`` for ``local`` where there is one such model."""
        there = self.models()
        return f"{LOCAL}:{there[0].name}" if name == LOCAL and len(there) == 1 else name or NO_MODEL

    def _say(self, line: str, *, failed: bool = False) -> None:
        self.said, self.failed = line, failed

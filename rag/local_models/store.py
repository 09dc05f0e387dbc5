"""The folder of local models: one GGUF file a model, complete and checked, or not there at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError

SUFFIX = ".gguf"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
GET = "`whosaid model get` brings the default one, `whosaid model list` shows those that are here."


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that is here."""

    name: str
    path: Path
    size: int
    """In bytes."""
    sha256: str | None = None
    """Known where the model has just been brought."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        checksum = {"sha256": self.sha256} if self.sha256 else {}
        return {"name": self.name, "path": str(self.path), "size": self.size, **checksum}


class ModelStore:
    """The models in a folder, which is made when the first one is brought."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def models(self) -> list[LocalModel]:
        """All that are here, by name."""
        found = sorted(self.folder.glob(f"*{SUFFIX}"))
        return [LocalModel(path.stem, path, path.stat().st_size) for path in found if path.is_file()]

    def model(self, name: str | None = None) -> LocalModel:
        """The model of that name; without one, the only one that is here. Raises ModelError."""
        there = self.models()
        if name is None:
            if len(there) == 1:
                return there[0]
            names = ", ".join(model.name for model in there)
            raise ModelError(
                f"Several local models are here: {names}." if there else "No local model is here.",
                help_message="Name one as local:NAME." if there else GET,
            )
        for model in there:
            if model.name == name:
                return model
        raise ModelError(f"There is no local model {name!r}.", help_message=GET)

    def remove(self, name: str) -> LocalModel:
        """Delete a model, for good. Raises ModelError if it is not here, or cannot be deleted."""
        model = self.model(name)
        try:
            model.path.unlink()
        except OSError as error:
            raise ModelError(
                f"The model {name} cannot be removed: {error.strerror}.", help_message="Look at the folder's rights."
            ) from error
        return model

    def path(self, name: str) -> Path:
        """Where a model of that name lies or will lie. Raises ModelError for what cannot name a file here."""
        if not _NAME.fullmatch(name):
            raise ModelError(
                f"{name!r} cannot name a model.",
                help_message="A name has letters, digits, dots, dashes and underscores, and starts with a letter or digit.",
            )
        return self.folder / f"{name}{SUFFIX}"

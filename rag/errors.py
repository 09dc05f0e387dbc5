"""Every error a user can meet, with what to do about it."""

from __future__ import annotations

from urllib.parse import urlsplit


class RagError(Exception):
    """An error told in one line, with a ``help_message`` that says what to do."""

    help_message = "Run `whosaid doctor` to see what is wrong."

    def __init__(self, message: str, *, help_message: str | None = None) -> None:
        super().__init__(message)
        if help_message is not None:
            self.help_message = help_message

    def __str__(self) -> str:
        return f"{self.args[0]} {self.help_message}".strip()


class SourceError(RagError):
    """A file, folder, dump, address or feed could not be read."""

    help_message = "Give a .txt, .md, .html or .jsonl file, a folder of them, an http(s) address or a feed."


class QuestionError(RagError):
    """The question cannot be asked as it stands."""

    help_message = "Ask one question in a sentence."


class NotFoundError(RagError):
    """No article has that id."""

    help_message = "`whosaid articles` lists the ids."


class LibraryError(RagError):
    """The library folder cannot be used."""


class LibraryInUseError(LibraryError):
    """Another process is writing to the library."""

    help_message = "Reading works meanwhile. To write, close the other one, or add the articles on its page."


class StorageFullError(LibraryError):
    """There is no space left on the disk."""

    help_message = "Free some space and run the same command again: what was finished is kept."


class ModelError(RagError):
    """A model is missing, or cannot be loaded or reached."""

    help_message = "Run `make install`, or name another model in the settings."


class SettingsError(RagError):
    """A setting has a value that cannot be used."""

    help_message = "Settings come from flags, WHOSAID_* variables and the config file, in this order."


def first_line(error: Exception) -> str:
    """What another library's error says, in one line without its full stop; its type where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def shown_address(address: str) -> str:
    """An address without what may be secret: the name and password before its host, and all behind its path."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "its address"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"

"""How far the statements of a search's articles have been read: what silence proves nothing about, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many articles have statements that cannot be found, by why; ``outdated`` ones can, as an older reader read them."""

    unread: int = 0
    """Not read yet, or not readable without an error."""
    foreign: int = 0
    """In a language that is not read."""
    unknown_form: int = 0
    """Speech that is laid out, as in a transcript, in a form that is not understood."""
    outdated: int = 0
    """Read by an older reader than this one."""

    @property
    def told(self) -> str:
        """What a list of statements, or silence, leaves out; empty where it leaves out nothing."""
        parts = [
            f"Who said what is not read in {count_articles(self.foreign)} not in English." if self.foreign else "",
            f"Speech that is laid out in a form that is not understood is not read in {count_articles(self.unknown_form)}."
            if self.unknown_form
            else "",
            f"The statements of {count_articles(self.unread)} have not been read yet; `whosaid doctor --repair` reads them."
            if self.unread
            else "",
        ]
        return " ".join(part for part in parts if part)

    @property
    def told_outdated(self) -> str:
        """That articles were read by an older reader, and what to do; empty where none was."""
        if not self.outdated:
            return ""
        were, them = ("was", "it") if self.outdated == 1 else ("were", "them")
        return f"{count_articles(self.outdated)} {were} read by an older reader; `whosaid doctor --repair` reads {them} again."


def count_articles(number: int) -> str:
    """How many articles, in words."""
    return f"{number:,} {'article' if number == 1 else 'articles'}"

"""What a person asks: read by a trained reader, made self-contained by the conversation, with the days and names it holds."""

from rag.question.history import Turn, read_turns
from rag.question.question import Question, names_in
from rag.question.read import Known, read_question

__all__ = ["Known", "Question", "Turn", "names_in", "read_question", "read_turns"]

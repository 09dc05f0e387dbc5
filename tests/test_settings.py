"""Settings: flags, then variables, then the config file."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WHOSAID_{name.upper()}", raising=False)
    path = tmp_path / "config.toml"
    monkeypatch.setenv("WHOSAID_CONFIG", str(path))
    return path


def test_defaults() -> None:
    settings = load_settings()
    assert settings.library.name == "library"
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.encoder is None
    assert settings.chroma_url is None


def test_flags_win_over_variables_over_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('port = 1001\nhost = "0.0.0.0"\nchunk_tokens = 99\nunknown = 1\n', encoding="utf-8")
    assert (load_settings().port, load_settings().host) == (1001, "0.0.0.0")
    monkeypatch.setenv("WHOSAID_PORT", "1002")
    assert load_settings().port == 1002
    assert load_settings(port=1003).port == 1003
    assert load_settings(port=None).port == 1002
    assert load_settings().chunk_tokens == 99


def test_home_is_expanded_and_empty_variables_do_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WHOSAID_LIBRARY", "~/news")
    assert load_settings().library == tmp_path / "news"
    monkeypatch.setenv("WHOSAID_LIBRARY", "~nobody-has-this-name/news")
    assert load_settings().library.name == "news"
    monkeypatch.setenv("WHOSAID_LIBRARY", "")
    monkeypatch.setenv("WHOSAID_ENCODER", "")
    assert load_settings().library.is_absolute()
    assert load_settings().encoder is None


@pytest.mark.parametrize(
    ("name", "value"), [("port", "abc"), ("port", "70000"), ("chunk_tokens", "1"), ("candidates", "-5")]
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"WHOSAID_{name.upper()}", value)
    with pytest.raises(SettingsError, match=rf"'{name}' cannot be '{value}'") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe\x00", b"port = 'many'", b"[library]\nx = 1"])
def test_a_bad_config_file_is_one_clear_error(config: Path, content: bytes) -> None:
    config.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_config_file_that_is_a_folder_or_missing_is_none(config: Path) -> None:
    assert load_settings().port == 7860
    config.mkdir()
    assert load_settings().port == 7860


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]

"""Nothing leaves the machine: with every socket broken, articles are added and questions answered all the same.

That the model asks nobody either is told by test_embedding.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

SCRIPT = """
import importlib.util, json, socket, sys, time

tried = []

def refuse(what):
    def refused(*arguments, **_):
        tried.append(f"{what} {arguments[1:]}")
        raise OSError("no network")
    return refused

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse(name))
socket.getaddrinfo = refuse("getaddrinfo")
socket.create_connection = refuse("create_connection")

from rag import Library, Settings

spec = importlib.util.spec_from_file_location("helpers", sys.argv[3])
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
with Library.open(sys.argv[1], settings=Settings(), encoder=helpers.FakeEncoder()) as library:
    added = library.add([sys.argv[2]]).added
    library.ask("How long did the call between Scholz and Putin last?")
    library.retrieve("How long did the call between Scholz and Putin last?")
    problems = library.problems()
time.sleep(1)  # for what a thread sends in the background
print(json.dumps([tried, len(added), problems]))
"""

DOTENV = """
CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI
CHROMA_SERVER_HOST=chroma.example
CHROMA_SERVER_HTTP_PORT=8000
CHROMA_OTEL_COLLECTION_ENDPOINT=http://collector.example
CHROMA_OTEL_GRANULARITY=all
ANONYMIZED_TELEMETRY=true
"""


@pytest.mark.slow
def test_articles_are_added_and_asked_without_a_network(tmp_path: Path) -> None:
    article = HERE.parent / "seeds" / "2024-11-17-sample-newswire-scholz-putin.txt"
    # a machine that traces other LangChain programs must not trace this one
    (tmp_path / ".env").write_text(DOTENV, encoding="utf-8")  # nor does a file of another program count
    tracing = {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "x", "LANGCHAIN_TRACING_V2": "true"}
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"} | tracing
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "library"), str(article), str(HERE / "conftest.py")],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(HERE.parent)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[], 1, []]

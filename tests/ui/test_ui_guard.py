"""What stands before Gradio: foreign names, foreign sites and file routes are refused, replies carry their policy."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.guard import Guard, host_name, is_loopback


def client(local: bool = True) -> TestClient:
    hello = Route("/{rest:path}", lambda request: PlainTextResponse("hello"), methods=["GET", "POST"])
    return TestClient(Guard(Starlette(routes=[hello]), local=local), base_url="http://127.0.0.1:7860")


def test_replies_say_what_a_browser_may_load():
    reply = client().get("/")
    assert reply.text == "hello"
    policy = reply.headers["content-security-policy"]
    assert "connect-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "http" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "127.0.0.2:80", "[::1]:7860"])
def test_a_local_page_answers_to_this_machine(host):
    assert client().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:7860", "192.168.1.5", "[2001:db8::1]:7860", ""]
)
def test_a_local_page_answers_to_no_other_name(host):
    reply = client().get("/", headers={"host": host})
    assert reply.status_code == 403
    assert "--host" in reply.text
    assert client(local=False).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)]
)
def test_only_the_page_itself_may_change_things(site, status):
    assert client().post("/gradio_api/queue/join", headers={"sec-fetch-site": site}).status_code == status
    assert client().get("/", headers={"sec-fetch-site": site}).status_code == 200


def test_programs_that_are_no_browser_may_ask():
    assert client().post("/gradio_api/queue/join").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file%3D/etc/passwd",
        "/file=x",
        "/gradio_api/proxy=https://a.example",
    ],
)
def test_no_files_are_handed_out(path):
    assert client().get(path).status_code == 403


def test_names_are_read_from_host_headers():
    assert [host_name(host) for host in ("a.example:80", "[::1]:80", "::1", "")] == ["a.example", "::1", "", ""]
    assert [is_loopback(host) for host in ("LOCALHOST", "127.9.9.9", "::1", "0.0.0.0", "x")] == [
        True,
        True,
        True,
        False,
        False,
    ]

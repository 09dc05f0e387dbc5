"""Web pages and feeds, from a server on loopback; nothing leaves the machine."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from rag.ingest import fetching, read_source
from rag.types import Article, Failure

FIRST = "The bridge over the river opens in spring, the mayor said on Friday, after two years of delay and dispute."
SECOND = "“We have waited long enough,” she told the town council, which had met to hear what the works had cost."
PAGE = (
    "<html><head><title>Bridge opens</title><meta property='og:site_name' content='Example Post'>"
    "<meta name='author' content='Page Writer'><meta property='article:published_time' content='2024-11-01'></head>"
    f"<body><article><h1>Bridge opens</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}

Reply = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web server whose answers a test sets by path; ``asked`` has the requests."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
                reply = site.replies.get(self.path, (404, HTML, b"gone"))
                if callable(reply):
                    reply(self)
                    return
                status, headers, body = reply
                self.send_response(status)
                for key, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self.replies[path] = (status, HTML | named, body if isinstance(body, bytes) else body.encode())
        return self.url + path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    running = Site()
    yield running
    running.server.shutdown()
    running.server.server_close()


def read(source: str, **options: int) -> Article:
    (article,) = read_source(source, **options)
    assert isinstance(article, Article), article
    return article


def refused(source: str, **options: int) -> Failure:
    (failure,) = read_source(source, **options)
    assert isinstance(failure, Failure), failure
    assert failure.help_message
    return failure


def test_a_page_is_an_article_under_its_address(site: Site) -> None:
    article = read(site.put("/bridge?x=1", PAGE) + "#part")
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert (article.title, article.source, article.author) == ("Bridge opens", "Example Post", "Page Writer")
    assert (article.date, article.url) == (dt.date(2024, 11, 1), f"{site.url}/bridge?x=1")
    assert article.address == article.origin == f"{site.url}/bridge?x=1"
    path, headers = site.asked[0]
    assert (path, headers["host"]) == ("/bridge?x=1", site.host)
    assert headers["user-agent"].startswith("whosaid/")


def test_plain_text_and_markdown_are_read(site: Site) -> None:
    text = read(site.put("/a.txt", f"Title: Bridge\n\n{FIRST}", Content_Type="text/plain; charset=utf-8"))
    assert (text.title, text.text, text.url) == ("Bridge", FIRST, f"{site.url}/a.txt")
    assert read(site.put("/a.md", f"# Bridge\n\n**{FIRST}**", Content_Type="text/markdown")).text == FIRST


def test_the_charset_of_the_answer_counts(site: Site) -> None:
    data = PAGE.replace("bridge", "café").encode("cp1252")
    assert "The café over" in read(site.put("/a", data, Content_Type="text/html; charset=windows-1252")).text


def test_redirects_are_followed_five_times(site: Site) -> None:
    for i in range(6):
        site.put(f"/{i}", "", 302, Location=f"/{i + 1}" if i % 2 else f"{site.url}/{i + 1}")
    site.put("/6", PAGE)
    assert read(f"{site.url}/1").origin == f"{site.url}/6"
    assert refused(f"{site.url}/0").reason == "redirects more than 5 times"


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (404, {}, "is not there (HTTP 404)"),
        (410, {}, "is not there (HTTP 410)"),
        (403, {}, "is not open to programs (HTTP 403)"),
        (500, {}, "answered with an error (HTTP 500)"),
        (429, {}, "answered with an error (HTTP 429)"),
        (302, {}, "answered with an error (HTTP 302)"),
        (302, {"Location": "ftp://news.example/a"}, "is not an http(s) address"),
        (302, {"Location": "http://[x"}, "is not a web address"),
        (200, {"Content-Type": "application/pdf"}, "is application/pdf, not a page or a feed"),
        (200, {"Content-Type": "image/png"}, "is image/png, not a page or a feed"),
        (200, {"Content-Type": "text/xml"}, "is XML, but neither a page nor a feed"),
        (200, {"Content-Encoding": "br"}, "is packed in a way that was not asked for"),
        (200, {"Content-Encoding": "gzip"}, "is damaged (gzip)"),
    ],
)
def test_answers_that_are_no_article(site: Site, status: int, headers: dict[str, str], reason: str) -> None:
    address = site.put("/a", "<x>nothing</x>", status, **headers)
    failure = refused(address)
    assert (failure.source, failure.reason) == (address, reason)


def test_a_page_without_an_article_is_a_failure(site: Site) -> None:
    assert refused(site.put("/a", "<html><body></body></html>")).reason == "is a page without an article"


def test_packed_pages_are_unpacked_within_the_limit(site: Site) -> None:
    assert read(site.put("/a", gzip.compress(PAGE.encode()), Content_Encoding="gzip")).title == "Bridge opens"
    bomb = site.put("/b", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    assert refused(bomb, fetch_limit=100_000).reason == "is larger than 100,000 bytes"
    cut = site.put("/c", gzip.compress(PAGE.encode())[:-20], Content_Encoding="gzip")
    assert refused(cut).reason == "is damaged (gzip)"


def test_the_limit_holds_while_bytes_come_in(site: Site) -> None:
    address = site.put("/a", PAGE)
    assert read(address, fetch_limit=len(PAGE.encode())).title == "Bridge opens"
    assert refused(address, fetch_limit=len(PAGE.encode()) - 1).reason.startswith("is larger than")

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(bytes(100_000))
        except OSError:
            pass

    site.replies["/endless"] = endless
    assert refused(f"{site.url}/endless", fetch_limit=1_000_000).reason == "is larger than 1,000,000 bytes"


def test_servers_that_do_not_answer_time_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.2)
    monkeypatch.setattr(fetching, "DEADLINE", 0.3)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    site.replies |= {"/silent": lambda handler: time.sleep(1), "/drip": drip}
    for path in ("/silent", "/drip"):
        start = time.perf_counter()
        assert refused(site.url + path).reason == "did not answer in time"
        assert time.perf_counter() - start < 0.9


def test_servers_that_cannot_be_reached(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "TLS" in refused(f"https://{site.host}/a").reason
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert refused(f"http://127.0.0.1:{unused.getsockname()[1]}/").reason == "cannot be reached"
    site.replies["/nonsense"] = lambda handler: handler.wfile.write(b"nonsense\r\n\r\n") and None
    assert refused(f"{site.url}/nonsense").reason == "cannot be reached"
    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    assert refused("http://news.example/").reason == "has no such host, or there is no network"


@pytest.mark.parametrize("address", ["http://", "http:///x", "https://[::1", "http://a b/", "http://x:99999999/"])
def test_addresses_that_are_none(address: str) -> None:
    assert refused(address).reason in ("is not a web address", "is not an http(s) address")


def test_credentials_are_used_but_never_shown(site: Site) -> None:
    site.put("/a", PAGE)
    article = read(f"http://user:se%40cret@{site.host}/a")
    assert article.origin == article.url == f"{site.url}/a"
    assert site.asked[0][1]["authorization"] == "Basic " + base64.b64encode(b"user:se@cret").decode()
    assert site.asked[0][1]["host"] == site.host
    assert refused(f"http://user:secret@{site.host}/none").source == f"{site.url}/none"
    assert "secret" not in str(refused("http://user:pa/secret@[host/"))
    assert "secret" not in str(refused("ftp://user:secret@news.example/"))


# Feeds


def rss(*items: str, title: str = "Example Feed") -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>"


def test_the_entries_of_a_feed_are_fetched_and_their_own_facts_win(site: Site) -> None:
    site.put("/bridge", PAGE)
    item = (
        "<item><title>Bridge &amp;amp; &lt;b&gt;river&lt;/b&gt;</title><link>/bridge</link><author>Feed Writer</author>"
        "<pubDate>Sun, 17 Nov 2024 23:30:00 -0500</pubDate><description>Short.</description></item>"
    )
    article = read(site.put("/feed", rss(item), Content_Type="application/rss+xml"))
    assert (article.title, article.author, article.date) == ("Bridge & river", "Feed Writer", dt.date(2024, 11, 17))
    assert (article.source, article.url) == ("Example Post", f"{site.url}/bridge")
    assert article.origin == article.address == f"{site.url}/bridge"
    assert SECOND in article.text


@pytest.mark.parametrize(
    "media_type", ["application/rss+xml", "text/xml", "application/xml", "text/html", "text/plain"]
)
def test_a_feed_is_told_by_its_content(site: Site, media_type: str) -> None:
    feed = "<!-- made up -->\n" + rss(f"<item><title>T</title><description>{FIRST}</description></item>")[21:]
    assert read(site.put("/feed", feed, Content_Type=media_type)).text == FIRST


def test_an_atom_feed_with_its_content(site: Site) -> None:
    feed = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Example Atom</title><entry><id>urn:1</id>"
        "<title>Bridge</title><updated>2024-11-17T00:00:00Z</updated><summary>Short.</summary>"
        f"<content type='html'>&lt;p&gt;{FIRST}&lt;/p&gt;"
        f"&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;{SECOND}&lt;/p&gt;</content></entry></feed>"
    )
    address = site.put("/atom", feed, Content_Type="application/atom+xml")
    article = read(address)
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert (article.title, article.source, article.date) == ("Bridge", "Example Atom", dt.date(2024, 11, 17))
    assert (article.url, article.address) == (None, f"{address}#urn:1")


def test_a_page_that_fails_falls_back_on_the_feed_and_the_rest_goes_on(site: Site) -> None:
    site.put("/bridge", PAGE)
    site.put("/pdf", b"%PDF", Content_Type="application/pdf")
    items = [
        f"<item><title>A</title><link>{site.url}/none</link><description>&lt;p&gt;{FIRST}&lt;/p&gt;</description></item>",
        f"<item><title>B</title><link>{site.url}/pdf</link></item>",
        "<item><title>C</title></item>",
        f"<item><title>D</title><link>{site.url}/bridge</link></item>",
    ]
    address = site.put("/feed", rss(*items), Content_Type="text/xml")
    first, second, third, last = read_source(address)
    assert isinstance(first, Article)
    assert (first.text, first.url, first.source) == (FIRST, f"{site.url}/none", "Example Feed")
    assert second == Failure(f"{site.url}/pdf", "is application/pdf, not a page or a feed", second_help(second))
    assert isinstance(third, Failure)
    assert third.source == f"{address}: C"
    assert isinstance(last, Article)
    assert last.title == "D"


def second_help(failure: Article | Failure) -> str:
    assert isinstance(failure, Failure)
    return failure.help_message


def test_a_long_feed_is_cut_at_fifty_entries(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    items = [f"<item><title>T{i}</title><description>{FIRST}</description></item>" for i in range(60)]
    results = list(read_source(site.put("/feed", rss(*items), Content_Type="text/xml")))
    assert [r.title for r in results if isinstance(r, Article)] == [f"T{i}" for i in range(50)]
    assert "60 entries" in caplog.text


def test_entries_are_fetched_only_when_asked_for(site: Site) -> None:
    site.put("/bridge", PAGE)
    item = f"<item><title>A</title><link>{site.url}/bridge</link></item>"
    results = read_source(site.put("/feed", rss(item, item), Content_Type="text/xml"))
    next(results)
    assert [path for path, _ in site.asked] == ["/feed", "/bridge"]


@pytest.mark.parametrize("feed", [rss(), "<rss", "<feed/>", "<?xml version='1.0'?><rss>\x00"])
def test_a_feed_without_entries_is_a_failure(site: Site, feed: str) -> None:
    assert refused(site.put("/feed", feed, Content_Type="application/rss+xml")).reason == "is a feed without articles"


def test_the_bytes_of_a_feed_are_never_taken_for_a_file_name(site: Site, tmp_path: Any) -> None:
    item = f"<item><title>Private</title><description>{FIRST}</description></item>"
    (tmp_path / "feed.xml").write_text(rss(item))
    address = site.put("/feed", str(tmp_path / "feed.xml"), Content_Type="application/rss+xml")
    assert refused(address).reason == "is a feed without articles"


# Addresses inside the network

PUBLIC = "93.184.215.14"
INSIDE = ["127.0.0.1", "10.0.0.5", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fd00::1", "fe80::1%1"]
INSIDE += ["::ffff:10.0.0.5", "64:ff9b::a00:5", "2002:a00:5::1"]


def no_such_host(*args: Any, **kwargs: Any) -> list[Any]:
    raise socket.gaierror(-2, "Name or service not known")


class Internet:
    """Stands in for look-ups and connections: what was asked of which address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, hosts: dict[str, list[str]]) -> None:
        self.hosts, self.asked = hosts, list[httpx.Request]()
        self.replies: dict[str, httpx.Response] = {}

        def look_up(host: str, *args: Any, **kwargs: Any) -> list[Any]:
            found = self.hosts.get(host) or no_such_host()
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found]

        def answer(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self.replies[f"{request.headers['host']}{request.url.path}"]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)

    def put(self, address: str, body: str, status: int = 200, **headers: str) -> None:
        stream = httpx.ByteStream(body.encode())
        self.replies[address] = httpx.Response(status, headers=HTML | headers, stream=stream)


@pytest.mark.parametrize("inside", INSIDE)
def test_a_redirect_into_the_network_is_refused(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    net = Internet(monkeypatch, {"news.example": [PUBLIC], "inner.example": [PUBLIC, inside]})
    net.put("news.example/a", "", 302, Location="http://inner.example/secret")
    net.put("inner.example/secret", PAGE)
    failure = refused("http://news.example/a")
    assert (failure.source, failure.reason) == ("http://news.example/a", "leads to a private address")
    assert [request.headers["host"] for request in net.asked] == ["news.example"]


def test_a_feed_entry_inside_the_network_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Internet(monkeypatch, {"news.example": [PUBLIC], "127.0.0.1": ["127.0.0.1"]})
    link = "<link>http://127.0.0.1/run</link>"
    entry = f"<item><title>A</title>{link}<guid isPermaLink='false'>g</guid><description>{FIRST}</description></item>"
    bare = f"<item><title>B</title>{link}</item>"
    net.put("news.example/feed", rss(entry, bare), **{"Content-Type": "text/xml"})
    article, failure = read_source("http://news.example/feed")
    assert isinstance(article, Article)
    assert (article.text, article.url, article.address) == (FIRST, None, "http://news.example/feed#g")
    assert isinstance(failure, Failure)
    assert failure.reason == "leads to a private address"
    assert len(net.asked) == 1


def test_an_address_inside_that_the_user_gives_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Internet(monkeypatch, {"intranet.example": ["10.0.0.5"], "wiki.example": ["10.0.0.6"]})
    net.put("intranet.example/a", "", 302, Location="http://wiki.example/a")
    net.put("wiki.example/a", PAGE)
    assert read("http://intranet.example/a").url == "http://wiki.example/a"


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Internet(monkeypatch, {"news.example": [PUBLIC]})
    net.put("news.example/a", PAGE)
    assert read("https://news.example/a").url == "https://news.example/a"
    (request,) = net.asked
    assert (request.url.host, request.headers["host"]) == (PUBLIC, "news.example")
    assert request.extensions["sni_hostname"] == "news.example"


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("/a", PAGE)
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        return (
            [entry for ip in ("::1", "127.0.0.1") for entry in real(ip, port)]
            if host == "home.example"
            else real(host, port)
        )

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    port = site.host.rpartition(":")[2]
    assert read(f"http://home.example:{port}/a").title == "Bridge opens"


def test_a_proxy_that_is_set_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.replies["http://news.example/a"] = (200, HTML, PAGE.encode())
    real = socket.getaddrinfo
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda h, *a, **k: real(h, *a, **k) if h == "127.0.0.1" else no_such_host()
    )
    assert read("http://news.example/a").url == "http://news.example/a"


def test_a_proxy_that_cannot_be_used_is_a_failure(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in ("nonsense://x", "socks5://127.0.0.1:9"):
        monkeypatch.setenv("all_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        assert refused(site.put("/a", PAGE)).reason == "cannot be reached"

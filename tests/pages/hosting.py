"""`hosting/` as Firebase Hosting serves it: with firebase.json's own headers, rewrites and clean addresses."""

from __future__ import annotations

import json
import mimetypes
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.pages.answers import Answer, ResultApi

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, Any] = json.loads((ROOT / "firebase.json").read_text())["hosting"]
PUBLIC = ROOT / SETTINGS["public"]


def function_of(path: str) -> str | None:
    """The function that firebase.json hands the path on to."""
    found = (each["function"]["functionId"] for each in SETTINGS["rewrites"] if _matches(each["source"], path))
    return next(found, None)


def headers_of(path: str) -> dict[str, str]:
    """The headers that firebase.json adds. Of rules for the same header the last one holds."""
    rules = [rule for rule in SETTINGS["headers"] if _matches(rule["source"], path)]
    return {header["key"]: header["value"] for rule in rules for header in rule["headers"]}


def _matches(glob: str, path: str) -> bool:
    """Only what firebase.json uses: `**` for the rest of a path, and plain paths."""
    return re.fullmatch(re.escape(glob).replace(r"\*\*", ".*"), path) is not None


@dataclass(frozen=True)
class Sent:
    """A request as it came."""

    path: str
    query: dict[str, str]


class Hosting:
    """A running site. `requests` is all that was asked of it; `files` are served instead of those in the folder."""

    def __init__(self) -> None:
        self.requests: list[Sent] = []
        self.files: dict[str, str] = {}
        self.api = ResultApi()
        hosting = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                hosting.requests.append(Sent(address.path, dict(parse_qsl(address.query, keep_blank_values=True))))
                answer = hosting.answer(hosting.requests[-1])
                if answer is not None:
                    self._send(address.path, answer)

            def _send(self, path: str, answer: Answer) -> None:
                self.send_response(answer.status)
                headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), **headers_of(path)}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                """Nothing: `requests` is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The site's origin."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries that were sent to the path, in order."""
        return [sent.query for sent in self.requests if sent.path == path]

    def answer(self, sent: Sent) -> Answer | None:
        """What is sent back; None is a connection that ends without an answer."""
        if function_of(sent.path) == "checkoutResult":
            return self.api.answer(sent.query)
        name = {"/": "index.html"}.get(sent.path, sent.path[1:])
        if name in self.files:
            return Answer.of(self.files[name].encode(), kind="application/json")
        candidates = (PUBLIC / name, PUBLIC / f"{name}.html") if SETTINGS["cleanUrls"] else (PUBLIC / name,)
        file = next((each for each in candidates if each.is_file()), None)
        if file is None:
            return Answer.of((PUBLIC / "404.html").read_bytes(), status=404)
        return Answer.of(file.read_bytes(), kind=mimetypes.guess_type(file.name)[0] or "text/html")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.api.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

"""The HTTP side of the shop."""

import json
import sys
import time
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

from app.catalogue import Product

PAGE = Template(Path(__file__).with_name("page.html").read_text("utf-8"))


@dataclass(frozen=True)
class Build:
    """What is running, as the image says."""

    version: str
    commit: str


class Shop(ThreadingHTTPServer):
    # On shutdown, requests under way are answered first.
    daemon_threads = False

    def __init__(self, address: tuple[str, int], products: list[Product], build: Build):
        super().__init__(address, Handler)
        self.products = products
        self.build = build


class Handler(BaseHTTPRequestHandler):
    server: Shop
    # A client that sends nothing does not hold up a shutdown.
    timeout = 10

    def do_GET(self) -> None:
        started = time.monotonic()
        path = self.path.partition("?")[0]
        match path.strip("/").split("/"):
            case [""]:
                status = self.send(HTTPStatus.OK, "text/html", self.page())
            case ["healthz"]:
                status = self.send_json({"status": "ok", "version": self.server.build.version})
            case ["products"]:
                status = self.send_json([product.to_json() for product in self.server.products])
            case ["products", wanted]:
                found = (product for product in self.server.products if product.id == wanted)
                product = next(found, None)
                status = self.send_json(product.to_json()) if product else self.not_found()
            case _:
                status = self.not_found()
        self.log(status, path, time.monotonic() - started)

    do_HEAD = do_GET

    def page(self) -> str:
        rows = (
            f"  <tr><td>{escape(product.name)}<td>{product.price if product.stock else 'sold out'}"
            for product in self.server.products
        )
        build = self.server.build
        return PAGE.substitute(
            rows="\n".join(rows), version=escape(build.version), commit=escape(build.commit[:7])
        )

    def not_found(self) -> HTTPStatus:
        return self.send_json({"error": "not found"}, HTTPStatus.NOT_FOUND)

    def send_json(self, value: object, status: HTTPStatus = HTTPStatus.OK) -> HTTPStatus:
        return self.send(status, "application/json", json.dumps(value, ensure_ascii=False))

    def send(self, status: HTTPStatus, content_type: str, text: str) -> HTTPStatus:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return status

    def log(self, status: HTTPStatus, path: str, seconds: float) -> None:
        # The health check asks every few seconds and would drown the rest.
        if path != "/healthz" or status != HTTPStatus.OK:
            entry = {"method": self.command, "path": path, "status": status, "ms": round(seconds * 1e3, 1)}
            print(json.dumps(entry), file=sys.stdout, flush=True)

    def log_message(self, format: str, *args: object) -> None:
        """The base class's own log, which `log` stands in for."""

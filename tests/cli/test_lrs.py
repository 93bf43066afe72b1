"""What serve tells a learning record store by itself, and what an operator is told of what the store refuses (F207)."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import psycopg

from tests.cli.commanding import Command
from tests.support.lrs import WORD
from varda.cli.place import settings
from varda.cli.serve import Application

DONE = (
    "insert into training.done (person, course, step, version, done_at, is_right, tries, actions, seconds, build)"
    " values ('SE9999999999-liv', 'introduction', 'why', 'v', '2026-03-01', true, 0, 0, 0, 'b')"
)


@contextmanager
def refusing() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A store on the network that refuses everything as malformed, and what it was sent."""
    sent: list[dict[str, object]] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append({"headers": dict(self.headers), "body": json.loads(body), "path": self.path})
            self.send_response(400)
            self.end_headers()
            self.wfile.write(b"no such verb here")

        def do_PUT(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/xapi", sent
    finally:
        server.shutdown()
        server.server_close()


def until_parked(url: str) -> None:
    """Wait until something has been refused."""
    with psycopg.connect(url, autocommit=True) as work:
        for _ in range(200):
            if work.execute("select from exchange.statement where parked is not null").fetchone() is not None:
                return
            time.sleep(0.1)


async def served(url: str) -> None:
    """Serve for as long as that takes."""
    found, _ = settings()
    async with Application(found).running():
        await asyncio.to_thread(until_parked, url)


def test_serve_tells_the_store_and_what_it_refuses_is_told_to_the_operator(varda: Command) -> None:
    with psycopg.connect(varda.url, autocommit=True) as work:
        work.execute(DONE)
    with refusing() as (url, sent):
        varda.set(VARDA_LRS_URL=url, VARDA_LRS_KEY="k", VARDA_LRS_SECRET=WORD, VARDA_LRS_ACTORS="pseudonym")
        asyncio.run(served(varda.url))
    assert sent[0]["headers"]["X-Experience-API-Version"] == "1.0.3"  # type: ignore[index] # headers by name
    assert "SE9999999999-liv" not in str(sent)
    told = varda("lrs", "status")
    assert "1 parked: 400 no such verb here" in told.out
    assert WORD not in told.out + told.err
    assert varda("lrs", "again").code == 0
    assert varda("lrs", "status", "--json").json["waiting"] == 1
    varda.set(VARDA_LRS_ACTORS="nobody")
    assert "VARDA_LRS_ACTORS must be hsa or pseudonym" in varda("lrs", "status").err

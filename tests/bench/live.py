"""Processor time of the question that open pages repeat: whether to go on.

`python -m tests.bench.live [PAGES] [DATABASE_URL]`. Pages of one request each ask every
0.75 s, as players do, over HTTP. The time of the client is not counted.
"""

import http.client
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn

from bot.pages.headers import SecurityHeaders
from bot.usecases.people.sessions import start_session
from tests.pages.site import JONAS, RAVI, Site, new_site

_EVERY_S = 0.75
_ROUNDS = 12
_REQUESTS = 10
_AGENT = "bench"
_SPANS = ("2.363-2.89", "0.2-0.9", "1.0-1.6")


def open_pages(site: Site, n_pages: int) -> list[tuple[str, str]]:
    """Return the address and the cookie of each page."""
    keys = [site.asked(span=_SPANS[n % len(_SPANS)]).key for n in range(_REQUESTS)]
    pages = []
    for number in range(n_pages):
        person = (RAVI, JONAS)[number % 2]
        started = start_session(
            site.services, site.act(person), browser=site.browser(_AGENT)
        )
        key = keys[number % len(keys)]
        pages.append((f"/r/{key}/live", f"help_clip_session={started.token}"))
    return pages


def ask_often(port: int, pages: list[tuple[str, str]]) -> tuple[list[float], float]:
    """Return the seconds of each answer, and the processor time of asking."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    began = time.thread_time()
    start = time.perf_counter()
    for turn in range(_ROUNDS):
        for path, cookie in pages:
            asked = time.perf_counter()
            headers = {
                "cookie": cookie,
                "user-agent": _AGENT,
                "accept": "application/json",
            }
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            assert b'"may_play":true' in body, body
            took.append(time.perf_counter() - asked)
        rest = start + (turn + 1) * _EVERY_S - time.perf_counter()
        time.sleep(max(0.0, rest))
    return took, time.thread_time() - began


def main() -> None:
    """Measure the processor time of one answer."""
    n_pages = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    url = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="live-") as folder:
        site = new_site(Path(folder), database_url=url)
        pages = open_pages(site, n_pages)
        whole = SecurityHeaders(site.application(), is_secure=False)
        config = uvicorn.Config(whole, port=0, log_level="error", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        before = time.process_time()
        took, asking = ask_often(port, pages)
        used = time.process_time() - before - asking
        print(f"{len(took)} answers, {1000 * used / len(took):.2f} ms CPU each")
        print(f"median {1000 * statistics.median(took):.1f} ms")
        server.should_exit = True
        thread.join(10)
        site.services.store.close()


if __name__ == "__main__":
    main()

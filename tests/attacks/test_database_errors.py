"""Whatever the database reports, no word, clip id or name reaches a log or an answer."""

import asyncio
import gc
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, insert, text
from starlette.routing import Route

from bot.cli.logs import PlaceFormatter, report_uncaught_by_place
from bot.errors import HelpClipError
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import consent, erase, holds
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import adjudicate, ask, ask_form, propose, withdraw
from bot.usecases.requests.choose_span import Typed
from storage.errors import Unstorable
from storage.records import Answer
from storage.store import Store
from storage.tables import drafts
from tests.databases import Postgres, postgres  # noqa: F401
from tests.pages.site import ADMIN, RAVI, ROSA, Site, Visitor, new_site

WORDS = "Canaryname Smith"
CLIP = "en-us-0001"
FIELDS = [
    *("answer", "case", "choice", "confidence", "days", "desk", "guess", "key"),
    *("press", "reason", "reply", "span", "text", "to", "what", "word", "words_of"),
]
# PostgreSQL's codes of errors in integrity, data, serialization, deadlocks, disk and
# memory that are full, timeouts, a shutdown, rights, and of its own.
CODES = {
    "postgresql": [
        *("23505", "23502", "22021", "22001", "40001", "40P01", "53100", "53200"),
        *("57014", "57P01", "42501", "XX000"),
    ],
    "sqlite": ["ABORT", "FAIL", "ROLLBACK", "full"],
}
CASES = [(name, code) for name, codes in CODES.items() for code in codes]
# The message quotes the whole row, as messages of PostgreSQL do.
_FUNCTION = """CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'row % of {words} failed', NEW
    USING ERRCODE = '{code}', DETAIL = NEW::text; END $$"""


@dataclass
class House:
    """A site with people signed in and an open request, before its database fails."""

    site: Site
    key: str
    visitors: list[Visitor]


@pytest.fixture(scope="module")
def houses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, House]]:
    server: Postgres = request.getfixturevalue("postgres")
    urls = {"sqlite": None, "postgresql": server.database()}
    built = {}
    for name, url in urls.items():
        site = new_site(tmp_path_factory.mktemp(name), database_url=url)
        visitors = [site.visitor(user_id) for user_id in (RAVI, ADMIN)]
        built[name] = House(site, site.asked().key, visitors)
    yield built
    for house in built.values():
        house.site.services.store.close()


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """Collect what every logger writes, as the running program formats it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlaceFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def fail_writes(connection: Connection, code: str) -> None:
    """Make every insert into three tables fail."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text(_FUNCTION.format(code=code, words=WORDS)))
    for table in ("events", "drafts", "outbox"):
        action = "FOR EACH ROW EXECUTE FUNCTION fail()"
        if is_sqlite:
            action = f"BEGIN SELECT RAISE({code}, 'row of {WORDS} {CLIP}'); END"
        trigger = f"CREATE TRIGGER fail_{table} BEFORE INSERT ON {table} {action}"
        connection.execute(text(trigger))


def mend(store: Store) -> None:
    with store.begin() as tx:
        for table in ("events", "drafts", "outbox"):
            drop = f"DROP TRIGGER fail_{table}"
            if store.engine.dialect.name == "postgresql":
                drop += f" ON {table}"
            tx.connection.execute(text(drop))


def acts(house: House) -> list[Callable[[], object]]:
    """Return acts of people and of the program, with the words in every text."""
    site, key = house.site, house.key
    services = site.services
    ravi, lena = site.act(RAVI), site.act("U0LEAD001")
    typed = Typed(clip=CLIP, seconds="0.4-0.9", guess=WORDS)
    return [
        lambda: ask.ask(services, site.act(ROSA), typed),
        lambda: ask_form.prepare(services, site.act(ROSA), CLIP),
        lambda: grant(services, ravi, RequestSnippet(key), "a" * 16),
        lambda: propose.propose(
            services, ravi, key, answer=Answer.WORDS, text=WORDS, confidence=2
        ),
        lambda: propose.decline(services, ravi, key),
        lambda: adjudicate.adjudicate(
            services, lena, key, answer=Answer.WORDS, text=WORDS, reason=WORDS
        ),
        lambda: withdraw.withdraw(services, site.act(ROSA), key),
        lambda: stop_clip.stop(services, ravi, key),
        lambda: stop_clip.stop_clip(services, ravi, CLIP),
        lambda: holds.place_hold(services, lena, CLIP, days=30, reason=WORDS),
        lambda: erase.erase_clip(services, site.act(ADMIN), CLIP, reason=WORDS),
        lambda: erase.erase_speaker(services, site.act(ADMIN), WORDS, reason=WORDS),
        lambda: consent.withdraw_clip(services, site.act(ADMIN), CLIP),
    ]


def post_to_every_form(house: House) -> Iterator[Callable[[], object]]:
    fields = dict.fromkeys(FIELDS, WORDS)
    fields |= {"clip": CLIP, "confidence": "2", "answer": "words", "days": "30"}
    for visitor in house.visitors:
        for route in house.site.application().routes:
            is_form = isinstance(route, Route) and "POST" in (route.methods or ())
            if not is_form or route.path == "/sign-out":
                continue
            parts = route.path.split("/")
            path = "/".join(house.key if p.startswith("{") else p for p in parts)
            yield lambda visitor=visitor, path=path: visitor.post(path, **fields)


@pytest.mark.parametrize(("database", "code"), CASES)
def test_no_error_of_the_database_carries_words_into_a_log_or_an_answer(
    houses: dict[str, House],
    output: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    database: str,
    code: str,
) -> None:
    house = houses[database]
    store = house.site.services.store
    if code == "full":
        fill_disk(store)
    else:
        with store.begin() as tx:
            fail_writes(tx.connection, code)
    failed = 0
    for act in [*acts(house), *post_to_every_form(house)]:
        try:
            answer = act()
        except HelpClipError:
            continue
        except Exception as error:  # noqa: BLE001 - as the server logs what it catches
            failed += 1
            server = logging.getLogger("uvicorn.error")
            server.error("Exception in ASGI application\n", exc_info=error)
            continue
        if getattr(answer, "status_code", 0) >= 500:
            failed += 1
            assert WORDS not in answer.text  # type: ignore[attr-defined]
    if code != "full":
        mend(store)
    written = output.getvalue() + capfd.readouterr().err
    # A full disk still has room in some pages.
    assert failed > (0 if code == "full" else 5)
    assert WORDS not in written
    assert "Canary" not in written
    assert CLIP not in written


def fill_disk(store: Store) -> None:
    """Let the database file grow no more; only the room in its pages is left."""
    store.engine.dispose()
    with store.begin() as tx:
        pages = tx.connection.execute(text("PRAGMA page_count")).scalar_one()
        tx.connection.execute(text(f"PRAGMA max_page_count={pages}"))


@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_text_that_one_database_cannot_store_is_refused_by_both(
    houses: dict[str, House], database: str, odd: str
) -> None:
    site = houses[database].site
    values = {"team_id": "T1", "user_id": "U1", "form": "f", "body": odd}
    row = insert(drafts).values(**values, saved_at=site.clock())
    with site.services.store.engine.connect() as connection:
        with pytest.raises(Unstorable) as refused:
            connection.execute(row)
    assert odd not in str(refused.value)


def uncaught(words: str) -> None:
    raise ValueError(words)


def test_what_nothing_catches_is_reported_without_its_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module, name in (
        (sys, "excepthook"),
        (threading, "excepthook"),
        (sys, "unraisablehook"),
        (logging, "raiseExceptions"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    report_uncaught_by_place()
    thread = threading.Thread(target=uncaught, args=(WORDS,))
    thread.start()
    thread.join()
    try:
        uncaught(WORDS)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    class Unraisable:
        def __del__(self) -> None:
            uncaught(WORDS)

    Unraisable()
    gc.collect()
    logging.getLogger("bot.canary").error("%d", WORDS)
    written = capsys.readouterr().err
    assert written.count("builtins.ValueError") == 3
    assert WORDS not in written


def test_a_task_that_nothing_awaits_is_logged_without_its_values(
    output: io.StringIO,
) -> None:
    async def fail() -> None:
        uncaught(WORDS)

    async def main() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task

    asyncio.run(main())
    gc.collect()
    assert "builtins.ValueError" in output.getvalue()
    assert WORDS not in output.getvalue()

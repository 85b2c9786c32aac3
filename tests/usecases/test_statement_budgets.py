"""How many statements the busiest acts may run: each is a round trip to a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from bot.usecases.listening.grant import grant
from bot.usecases.listening.progress import live
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.listening.view import view
from bot.usecases.people.home import read_home
from bot.usecases.requests import ask, propose
from bot.usecases.requests.choose_span import Typed
from bot.usecases.requests.lists import list_queue
from bot.usecases.work_tools.manage import Order, make
from bot.usecases.work_tools.reading import list_requests
from storage.records import Answer, RequestState
from tests.product import CLIP, JONAS, LENA, RAVI, ROSA, SPAN, Product

ON_BOTH_DATABASES = True
PRESS = "a1b2c3d4e5f6a7b8"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that run meanwhile; BEGIN and COMMIT do not count."""
    found: list[str] = []

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if not statement.startswith(("BEGIN", "COMMIT", "SHOW", "SET")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def check(found: list[str], limit: int) -> None:
    assert len(found) <= limit, "\n\n".join(found)


@pytest.fixture
def engine(product: Product) -> Engine:
    return product.services.store.engine


def test_a_listen_runs_nine_statements_at_most(
    product: Product, engine: Engine
) -> None:
    request = product.open(ROSA)
    subject = RequestSnippet(request.key)
    with statements(engine) as found:
        grant(product.services, product.act(RAVI), subject, PRESS)
    check(found, 9)


def test_the_page_of_a_request_runs_nine_statements_at_most(
    product: Product, engine: Engine
) -> None:
    request = product.open(ROSA)
    with statements(engine) as found:
        view(product.services, product.act(RAVI), request.key)
    check(found, 9)


def test_a_live_poll_runs_three_statements_at_most(
    product: Product, engine: Engine
) -> None:
    request = product.open(ROSA)
    with statements(engine) as found:
        live(product.services, product.act(RAVI), RequestSnippet(request.key))
    check(found, 3)


def test_an_answer_that_settles_runs_fifteen_statements_at_most(
    product: Product, engine: Engine
) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.hear(JONAS, request)
    with statements(engine) as found:
        proposed = propose.propose(
            product.services,
            product.act(JONAS),
            request.key,
            answer=Answer.WORDS,
            text="lamp",
            confidence=2,
        )
    assert proposed.request.state is RequestState.AGREED
    check(found, 15)


def test_asking_runs_eight_statements_at_most(product: Product, engine: Engine) -> None:
    typed = Typed(clip=CLIP, seconds=SPAN)
    with statements(engine) as found:
        ask.ask(product.services, product.act(ROSA), typed)
    check(found, 8)


def statements_of_lists(product: Product, engine: Engine) -> list[int]:
    """Return how many statements Home and the queue of a lead run."""
    lead = product.act(LENA)
    counts = []
    for read in (read_home, list_queue):
        with statements(engine) as found:
            read(product.services, lead)
        counts.append(len(found))
    return counts


def test_home_and_queue_run_as_many_statements_for_many_rows_as_for_one(
    product: Product, engine: Engine
) -> None:
    product.disputed()
    product.open(ROSA, clip="en-us-0002")
    few = statements_of_lists(product, engine)
    for tenths in range(10, 18, 2):
        span = f"{tenths / 10}-{(tenths + 1) / 10}"
        disputed = product.open(ROSA, span=span)
        product.answer(RAVI, disputed, "lamp")
        product.answer(JONAS, disputed, "lamb")
    assert statements_of_lists(product, engine) == few


def test_a_tool_lists_many_joined_questions_with_as_many_statements_as_one(
    product: Product, engine: Engine
) -> None:
    order = Order(name="editor", desks=["english-us"], days=30, reason="a trial")
    tool = make(product.services, product.fresh("U0ADMIN01"), order).tool
    counts = []
    for tenths in (10, 12, 14):
        span = f"{tenths / 10}-{(tenths + 1) / 10}"
        product.open(ROSA, span=span)
        product.ask(RAVI, span=span)
        act = replace(product.act(RAVI), tool=tool)
        with statements(engine) as found:
            page = list_requests(product.services, act, rows=50, after=None)
        counts.append(len(found))
    assert page.total == 3
    assert len(set(counts)) == 1

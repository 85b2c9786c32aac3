"""Granting a listen is the same on the request page, the elevated one and the case."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from bot.errors import Conflict, Unavailable
from bot.usecases.context import Act
from bot.usecases.distress import officer, stop_clip
from bot.usecases.distress.hear_case import CaseSnippet
from bot.usecases.listening import elevated
from bot.usecases.listening.elevated_play import ElevatedPlay
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.listening.subject import Subject
from storage.errors import StorageError
from storage.records import Elevation, Listen, Outcome, Request
from storage.tables import listens, unsequenced
from tests.desks import with_less_masked
from tests.product import JONAS, LENA, RAVI, ROSA, SOFIA, Product

ON_BOTH_DATABASES = True
PRESS = "a1b2c3d4e5f6a7b8"

Prepare = Callable[[Product], tuple[Subject, Request, str]]


def request_page(product: Product) -> tuple[Subject, Request, str]:
    request = product.open(ROSA)
    return RequestSnippet(request.key), request, RAVI


def elevated_page(product: Product) -> tuple[Subject, Request, str]:
    """A second person has approved Ravi's elevated listen."""
    desks = with_less_masked(product.services.desks, RAVI)
    product.services = replace(product.services, desks=desks)
    request = product.open(ROSA)
    asked = elevated.ask(
        product.services,
        product.fresh(RAVI),
        request.key,
        closeness=Elevation.LESS_DISGUISED,
        reason="too muffled",
    )
    elevated.decide(
        product.services, product.fresh(LENA), asked.key, reason="yes", approve=True
    )
    return ElevatedPlay(asked.key), request, RAVI


def case_page(product: Product) -> tuple[Subject, Request, str]:
    """Jonas has stopped the clip, and Sofia has taken the case."""
    request = product.open(ROSA)
    stopped = stop_clip.stop(product.services, product.act(JONAS), request.key)
    officer.acknowledge(product.services, product.act(SOFIA), stopped.case.key)
    return CaseSnippet(stopped.case.key), request, SOFIA


every_page = pytest.mark.parametrize(
    "prepare", [request_page, elevated_page, case_page], ids=lambda f: f.__name__
)


def act_of(product: Product, user_id: str) -> Act:
    return product.fresh(user_id)


def n_listens(product: Product) -> int:
    query = select(func.count()).select_from(listens)
    with product.services.store.read() as tx:
        return tx.connection.execute(query).scalar_one()


@every_page
def test_a_press_used_twice_is_a_conflict(product: Product, prepare: Prepare) -> None:
    subject, _, user_id = prepare(product)
    grant(product.services, act_of(product, user_id), subject, PRESS)
    with pytest.raises(Conflict):
        grant(product.services, act_of(product, user_id), subject, PRESS)
    event = product.last_event()
    assert (event.outcome, event.rule) == (Outcome.DENIED, "press_used")
    assert n_listens(product) == 1


@pytest.mark.rows_without_events
@every_page
def test_the_press_of_another_person_never_matters(
    product: Product, prepare: Prepare
) -> None:
    subject, request, user_id = prepare(product)
    lena = product.act(LENA).actor
    of_lena = Listen(
        id="0" * 32,
        request_id=request.id,
        listener=lena,
        press=PRESS,
        granted_at=product.now,
    )
    with product.services.store.begin() as tx:
        tx.listens.add(of_lena)
    sound = grant(product.services, act_of(product, user_id), subject, PRESS)
    assert sound.wav[:4] == b"RIFF"


def add_trigger(product: Product, *, table: str, deletes: str) -> None:
    """Let the database run `deletes` after each row written to `table`."""
    with product.services.store.begin() as tx:
        if tx.connection.dialect.name == "sqlite":
            statement = (
                f"CREATE TRIGGER hostile AFTER INSERT ON {table} BEGIN {deletes}; END"
            )
            tx.connection.execute(text(statement))
            return
        function = (
            "CREATE FUNCTION hostile() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {deletes}; RETURN NULL; END $$"
        )
        tx.connection.execute(text(function))
        tx.connection.execute(
            text(
                f"CREATE TRIGGER hostile AFTER INSERT ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION hostile()"
            )
        )


def add_trigger_that_deletes_heard_events(product: Product) -> None:
    """As whoever owns the database could: `snippet.heard` and no other action."""
    is_sqlite = product.services.store.engine.dialect.name == "sqlite"
    heard = "action LIKE 'snippet.heard%'"
    if is_sqlite:
        deletes = f"DELETE FROM events WHERE id = NEW.id AND {heard}"
        add_trigger(product, table="events", deletes=deletes)
        return
    is_heard = f"EXISTS (SELECT 1 FROM events WHERE id = NEW.event_id AND {heard})"
    deletes = (
        f"IF {is_heard} THEN "
        f"DELETE FROM {unsequenced.name} WHERE event_id = NEW.event_id; "
        "DELETE FROM events WHERE id = NEW.event_id; END IF"
    )
    add_trigger(product, table=unsequenced.name, deletes=deletes)


@every_page
def test_a_listen_whose_event_is_deleted_by_a_trigger_is_refused(
    product: Product, prepare: Prepare
) -> None:
    subject, _, user_id = prepare(product)
    add_trigger_that_deletes_heard_events(product)
    with pytest.raises((Unavailable, StorageError)):
        grant(product.services, act_of(product, user_id), subject, PRESS)
    assert n_listens(product) == 0


@every_page
def test_a_listen_whose_row_is_deleted_by_a_trigger_is_refused(
    product: Product, prepare: Prepare
) -> None:
    subject, _, user_id = prepare(product)
    add_trigger(
        product, table="listens", deletes="DELETE FROM listens WHERE id = NEW.id"
    )
    before = len(product.events())
    with pytest.raises(Unavailable):
        grant(product.services, act_of(product, user_id), subject, PRESS)
    assert len(product.events()) == before


@every_page
def test_a_changed_event_is_refused(product: Product, prepare: Prepare) -> None:
    subject, _, user_id = prepare(product)
    add_trigger(
        product,
        table="events",
        deletes="UPDATE events SET canonical = canonical || canonical "
        "WHERE id = NEW.id",
    )
    with pytest.raises(Unavailable):
        grant(product.services, act_of(product, user_id), subject, PRESS)
    assert n_listens(product) == 0

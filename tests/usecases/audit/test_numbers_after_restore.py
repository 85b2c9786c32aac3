"""The numbers of the lost time are left out on both databases."""

from bot.usecases.audit.restored import record_restore
from bot.usecases.context import Act
from storage.records import Action, Origin
from tests.product import RAVI, ROSA, Product
from tests.storage.audit.logs import KEYS

ON_BOTH_DATABASES = True


def test_the_next_request_has_a_number_that_was_never_given(product: Product) -> None:
    before = product.ask(ROSA).request
    act = Act(person=None, origin=Origin.CLI, now=product.now)
    restore = record_restore(product.services, act, KEYS, reason="the disk failed")
    assert (restore.size, restore.lost) == (0, 0)
    assert product.last_event().action is Action.DATABASE_RESTORED
    after = product.ask(RAVI, clip="en-us-0006", span="2.8-3.5").request
    assert after.id - before.id > 10_000

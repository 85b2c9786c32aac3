"""What administrators are told when a change of roles waits for them."""

from dataclasses import replace

from bot.rules.desks import Holders
from bot.slack.outbound.outgoing import Post, SendContext
from bot.slack.outbound.registry import COMPOSERS
from bot.usecases.context import Act
from bot.usecases.people import role_mapping
from storage.records import Origin, Role
from storage.records.outbox import NotifyMappingWaiting
from tests.product import ADA, SOFIA, Product


def told(product: Product) -> object:
    context = SendContext(services=product.services, now=product.now)
    return COMPOSERS.compose(context, NotifyMappingWaiting(user_id=ADA))


def start(product: Product, *officers: str) -> None:
    desks = product.services.desks.written or product.services.desks
    given = {**desks.holders, Role.SAFETY_OFFICER: Holders(users=frozenset(officers))}
    product.services.desks = replace(desks, holders=given, written=None)
    role_mapping.compare_file(
        product.services, Act(person=None, origin=Origin.CLI, now=product.now)
    )


def test_the_message_leads_to_the_page_and_names_nobody(product: Product) -> None:
    start(product, SOFIA)
    start(product, SOFIA, "U0NOBODY1")
    message = told(product)
    assert isinstance(message, Post)
    assert message.channel == ADA
    assert "https://help-clip.test/mapping" in message.text
    assert "U0NOBODY1" not in message.text


def test_a_change_that_was_taken_back_is_not_told(product: Product) -> None:
    start(product, SOFIA)
    start(product, SOFIA, "U0NOBODY1")
    start(product, SOFIA)
    assert told(product) is None

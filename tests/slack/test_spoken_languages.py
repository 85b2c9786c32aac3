"""Messages speak the reader's language, and those of a thread the desk's."""

import re
from datetime import UTC, datetime

from bot.slack.outbound.outgoing import Post, SendContext
from bot.slack.outbound.registry import COMPOSERS
from bot.text.language import ENGLISH, PSEUDO, language
from bot.usecases.people.languages import language_of
from storage.records import Account, Membership
from storage.records.outbox import NotifyRoleConflict, NotifyWeeklyCount
from tests.product import RAVI, Product

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def give_locale(product: Product, user_id: str, locale: str) -> None:
    account = Account(
        user_id=user_id, membership=Membership.MEMBER, team_id="T0", locale=locale
    )
    with product.services.store.begin() as tx:
        tx.people.put([account], NOW)


def weekly(product: Product) -> str:
    context = SendContext(services=product.services, now=NOW)
    message = COMPOSERS.compose(context, NotifyWeeklyCount(user_id=RAVI, words=5))
    assert isinstance(message, Post)
    return message.text


def test_a_direct_message_is_in_the_recipients_language(product: Product) -> None:
    english = weekly(product)
    give_locale(product, RAVI, "de-AT")
    german = weekly(product)
    assert german != english
    assert language() == ENGLISH


def test_a_choice_goes_before_the_locale_of_slack(product: Product) -> None:
    give_locale(product, RAVI, "de-DE")
    with product.services.store.begin() as tx:
        tx.people.choose_language(RAVI, "ja")
    assert language_of(product.services, RAVI) == "ja"
    give_locale(product, RAVI, "fr-FR")
    assert language_of(product.services, RAVI) == "ja"


def test_no_message_holds_a_sentence_of_its_own(product: Product) -> None:
    give_locale(product, RAVI, PSEUDO)
    context = SendContext(services=product.services, now=NOW)
    conflict = COMPOSERS.compose(context, NotifyRoleConflict(user_id=RAVI))
    assert isinstance(conflict, Post)
    for said in (weekly(product), conflict.text):
        plain = re.sub(r"\[[^\[\]]*\]", "", said)
        assert not re.search(r"[a-z]{2,} [a-z]{2,}", plain)

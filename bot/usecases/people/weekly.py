"""Once a week: "your answers fixed 14 words", to whoever did and wants to know."""

from datetime import datetime, timedelta

from bot.rules.requests.spelling import same_reading
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Person
from storage.records.outbox import NotifyWeeklyCount
from storage.store import Transaction

WEEK = timedelta(days=7)


def tell_everybody(services: Services, act: Act) -> int:
    """Ask for everybody's line when a week has passed; returns how many. No act on a
    recording.
    """
    with services.store.begin() as tx:
        since = tx.rounds.begin("weekly line", act.now, WEEK)
        if since is None:
            return 0
        told = 0
        for person in tx.proposals.proposers_since(since - WEEK):
            words = (
                _fixed(tx, person, since) if tx.care.choices(person).weekly_line else 0
            )
            if words:
                told += 1
                notice = NotifyWeeklyCount(user_id=person.user_id, words=words)
                tx.outbox.enqueue(notice, now=act.now)
    return told


def _fixed(tx: Transaction, person: Person, since: datetime) -> int:
    """How many words were settled as this person had heard them."""
    answers = tx.proposals.settled_words_of(person, since)
    return sum(same_reading(said, settled, locale) for said, settled, locale in answers)

"""The weekly message "your answers fixed 14 words", to people who chose to get it."""

from datetime import datetime, timedelta

from bot.rules.requests.spelling import same_reading
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Person
from storage.records.outbox import NotifyWeeklyCount
from storage.store import Transaction

WEEK = timedelta(days=7)


def notify_weekly(services: Services, act: Act) -> int:
    """Enqueue the weekly messages when a week has passed; return their number.

    It is no act on a recording.
    """
    n_notified = 0
    with services.store.begin() as tx:
        since = tx.rounds.begin("weekly line", act.now, WEEK)
        if since is None:
            return 0
        for person in tx.proposals.proposers_since(since - WEEK):
            words = 0
            if tx.care.choices(person).weekly_line:
                words = _fixed(tx, person, since)
            if words:
                n_notified += 1
                notice = NotifyWeeklyCount(
                    user_id=person.user_id,
                    words=words,
                )
                tx.outbox.enqueue(notice, now=act.now)
    return n_notified


def _fixed(
    tx: Transaction,
    person: Person,
    since: datetime,
) -> int:
    """Return how many words were settled as this person had answered."""
    answers = tx.proposals.settled_words_of(person, since)
    return sum(same_reading(own, settled, locale) for own, settled, locale in answers)

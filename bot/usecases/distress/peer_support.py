"""`/clip-talk`: a request for a talk with a colleague. It carries no text.

The colleague with time and the caller are introduced to each other, each in private.
They talk where they like, and help-clip is not there.
"""

from datetime import datetime, timedelta

from bot.errors import Conflict, Invalid, NotFound
from bot.rules.distress.care import find_colleague
from bot.rules.distress.talk_limits import check_day, check_hour
from bot.rules.people import permission
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.lookup import roles_anywhere
from bot.usecases.services import Services
from storage.records import Membership, Person, Talk
from storage.records.outbox import AskColleague, OpenPeerTalk
from storage.store import Transaction

# So many people of the circle are asked at once.
_CALLED = 5
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# Purposes of the keyed hashes by which calls are counted.
_CALLER = b"talk caller"
_PAIR = b"talk caller and colleague"


def ask_colleagues(
    services: Services,
    act: Act,
    typed: str,
) -> int:
    """Ask one colleague, or the circle, for a talk; return how many are asked.

    Nothing is on the access log: it is no act on a recording. A named colleague counts
    as asked though they muted the caller, who shall not learn it. Raises `Invalid`,
    `Refused`, and `Conflict` for a caller who has called often enough.
    """
    named = find_colleague(typed)
    with services.store.begin() as tx:
        refusal = permission.may_call_colleague(roles_anywhere(services, tx, act.actor))
        n_called = 0
        if refusal is None:
            _count_call(services, tx, act)
            people = _colleagues(services, tx, act, named)
            n_called = len(people)
            _ask_each(services, tx, act, people)
    raise_refusal(refusal)
    return n_called


def mute_caller(
    services: Services,
    act: Act,
    key: str,
) -> datetime:
    """Keep this caller's calls from the person for a time; return its end.

    The caller does not learn it. Raises `NotFound`, `Invalid`.
    """
    with services.store.begin() as tx:
        talk = tx.peer_talks.by_key(key)
        if talk is None or not roles_anywhere(services, tx, act.actor):
            raise NotFound(text("distress.talk.over"))
        if talk.caller == act.actor:
            raise Invalid(text("distress.talk.own"))
        until = act.now + services.desks.talks.not_now
        mark = _pair_marks(services, talk.caller, act.actor.user_id)[0]
        tx.peer_talks.mute(mark, until)
    return until


def take_talk(
    services: Services,
    act: Act,
    key: str,
) -> Talk:
    """Take a talk, and introduce the two people to each other.

    Raises `NotFound`, `Conflict`, `Invalid`.
    """
    with services.store.begin() as tx:
        talk = tx.peer_talks.by_key(key, lock=True)
        if talk is None or not roles_anywhere(services, tx, act.actor):
            raise NotFound(text("distress.talk.over"))
        if talk.taken_by is not None and talk.taken_by != act.actor:
            raise Conflict(text("distress.talk.taken"))
        if talk.caller == act.actor:
            raise Invalid(text("distress.talk.own"))
        if talk.taken_by is None:
            tx.peer_talks.take(talk.id, act.actor)
            tx.outbox.enqueue(OpenPeerTalk(talk_key=key), now=act.now)
    return talk


def find_talk(services: Services, key: str) -> Talk | None:
    """Return the talk as it is now, or None."""
    with services.store.read() as tx:
        return tx.peer_talks.by_key(key)


def _count_call(
    services: Services,
    tx: Transaction,
    act: Act,
) -> None:
    """Count this call of the person. Raises `Conflict` if there were enough."""
    marks = services.snippet_key.pseudonyms(_CALLER, _name(act.actor))
    tx.peer_talks.lock_caller(marks[0])
    check_hour(
        services.desks.talks,
        tx.peer_talks.count(marks, act.now - _HOUR),
    )
    tx.peer_talks.leave_mark(marks[0], act.now)


def _ask_each(
    services: Services,
    tx: Transaction,
    act: Act,
    people: list[str],
) -> None:
    if not people:
        return
    key = new_key()
    tx.peer_talks.add(key, act.actor, act.now)
    for user_id in people:
        marks = _pair_marks(services, act.actor, user_id)
        tx.peer_talks.leave_mark(marks[0], act.now)
        if not tx.peer_talks.is_muted(marks, act.now):
            tx.outbox.enqueue(AskColleague(talk_key=key, user_id=user_id), now=act.now)


def _colleagues(
    services: Services,
    tx: Transaction,
    act: Act,
    named: str | None,
) -> list[str]:
    """Return the named colleague, or those of the circle without a break."""
    if named is not None:
        colleague = Person(team_id=services.team_id, user_id=named)
        if named == act.actor.user_id or not roles_anywhere(services, tx, colleague):
            raise Invalid(text("distress.talk.colleague_unknown"))
        check_day(services.desks.talks, _calls_today(services, tx, act, named))
        return [named]
    circle = [
        user
        for user in tx.care.peer_circle(services.team_id)
        if user != act.actor.user_id
    ]
    return [user for user in circle if _has_time(services, tx, act, user)][:_CALLED]


def _has_time(
    services: Services,
    tx: Transaction,
    act: Act,
    user_id: str,
) -> bool:
    marks = _pair_marks(services, act.actor, user_id)
    if tx.peer_talks.is_muted(marks, act.now):
        return False
    n_called = _calls_today(services, tx, act, user_id)
    if n_called >= services.desks.talks.per_colleague:
        return False
    person = Person(team_id=services.team_id, user_id=user_id)
    away = any(
        b.ended_at is None and b.ends_at > act.now
        for b in tx.care.breaks(person, limit=1)
    )
    return not away and tx.people.membership_of(user_id) in (None, Membership.MEMBER)


def _calls_today(
    services: Services,
    tx: Transaction,
    act: Act,
    user_id: str,
) -> int:
    marks = _pair_marks(services, act.actor, user_id)
    return tx.peer_talks.count(marks, act.now - _DAY)


def _pair_marks(
    services: Services,
    caller: Person,
    user_id: str,
) -> list[str]:
    """Return the keyed hashes of a caller and a colleague, the current one first."""
    return services.snippet_key.pseudonyms(_PAIR, f"{_name(caller)} {user_id}")


def _name(person: Person) -> str:
    return f"{person.team_id} {person.user_id}"

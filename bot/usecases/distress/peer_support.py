"""`/clip-talk`: a request for a talk with a colleague. It carries no text.

The colleague with time and the caller are brought together in a conversation of the two
and help-clip, which checks that no recording travels there, and keeps no message.
"""

from datetime import timedelta

from bot.errors import Conflict, Invalid, NotFound
from bot.rules.channels.sharing import possible_clip_ids
from bot.rules.distress.care import called_colleague
from bot.rules.distress.peer_support import slip_in
from bot.rules.people import permission
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.lookup import roles_anywhere
from bot.usecases.requests.find_clip import is_clip_id
from bot.usecases.services import Services
from storage.records import Membership, Person, Slip, Talk
from storage.records.outbox import AskColleague, OpenPeerTalk
from storage.store import Transaction

# So many people of the circle are asked at once.
_CALLED = 5
_REMEMBERED = timedelta(
    days=7
    # Words heard earlier than this are no longer on the mind of the person.
)


def ask_colleagues(
    services: Services,
    act: Act,
    typed: str,
) -> int:
    """Ask one colleague, or the circle, for a talk; return how many are asked.

    Nothing is on the access log: it is no act on a recording. Raises `Invalid`,
    `Refused`.
    """
    named = called_colleague(typed)
    with services.store.begin() as tx:
        refusal = permission.may_call_colleague(roles_anywhere(services, tx, act.actor))
        people: list[str] = []
        if refusal is None:
            people = _colleagues(services, tx, act, named)
        if people:
            key = new_key()
            tx.peer_talks.add(key, act.actor, act.now)
            for user_id in people:
                tx.outbox.enqueue(
                    AskColleague(talk_key=key, user_id=user_id), now=act.now
                )
    raise_refusal(refusal)
    return len(people)


def take_talk(
    services: Services,
    act: Act,
    key: str,
) -> Talk:
    """Take a talk, and bring the two people together.

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


def check_message(
    services: Services,
    act: Act,
    message: str,
    n_files: int,
) -> Slip | None:
    """Return the part of a talk's message that should be left out, if any.

    The message is checked in memory and dropped; only the kind of the part is counted.
    """
    with services.store.read() as tx:
        heard = tx.peer_talks.words_shown_to(act.actor, act.now - _REMEMBERED)
    slip = slip_in(
        message,
        n_files=n_files,
        public_url=services.public_url,
        names_clip=any(
            is_clip_id(services, word) for word in possible_clip_ids(message)
        ),
        heard=heard,
    )
    if slip is not None:
        with services.store.begin() as tx:
            tx.peer_talks.count_slip(slip)
    return slip


def find_talk(services: Services, key: str) -> Talk | None:
    """Return the talk as it is now, or None."""
    with services.store.read() as tx:
        return tx.peer_talks.by_key(key)


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
    person = Person(team_id=services.team_id, user_id=user_id)
    away = any(
        b.ended_at is None and b.ends_at > act.now
        for b in tx.care.breaks(person, limit=1)
    )
    return not away and tx.people.membership_of(user_id) in (None, Membership.MEMBER)

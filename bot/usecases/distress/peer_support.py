"""`/clip-talk`: a call for a chat. It carries nothing: who calls, who has time, no word
more.

Whoever has time is brought together with the caller in a conversation of the two and
help-clip, which looks on so that no recording travels there, and keeps nothing of what
is said.
"""

from datetime import timedelta

from bot.errors import Conflict, Invalid, NotFound
from bot.rules.channels.sharing import possible_clip_ids
from bot.rules.distress.care import called_colleague
from bot.rules.distress.peer_support import slip_in
from bot.rules.people import permission
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.lookup import roles_anywhere
from bot.usecases.requests.find_clip import is_clip_id
from bot.usecases.services import Services
from storage.records import Membership, Person, Slip, Talk
from storage.records.outbox import AskColleague, OpenPeerTalk
from storage.store import Transaction

_CALLED = 5  # of the circle at once
_REMEMBERED = timedelta(
    days=7
)  # what somebody heard before is not on their mind, and long gone


def call(services: Services, act: Act, typed: str) -> int:
    """Ask one colleague, or the circle, whether they have time; returns how many are
    asked.

    Nothing is on the access log: it is no act on a recording. Raises `Invalid`,
    `Refused`.
    """
    named = called_colleague(typed)
    with services.store.begin() as tx:
        refusal = permission.may_call_colleague(roles_anywhere(services, tx, act.actor))
        people = _whom(services, tx, act, named) if refusal is None else []
        if people:
            key = new_key()
            tx.peer_talks.add(key, act.actor, act.now)
            for user_id in people:
                tx.outbox.enqueue(
                    AskColleague(talk_key=key, user_id=user_id), now=act.now
                )
    raise_refusal(refusal)
    return len(people)


def take(services: Services, act: Act, key: str) -> Talk:
    """Whoever has time says so, and the two are brought together.

    Raises `NotFound`, `Conflict`, `Invalid`.
    """
    with services.store.begin() as tx:
        talk = tx.peer_talks.by_key(key, lock=True)
        if talk is None or not roles_anywhere(services, tx, act.actor):
            raise NotFound(
                "Somebody was faster, or the call is over. Thank you for offering."
            )
        if talk.taken_by is not None and talk.taken_by != act.actor:
            raise Conflict("Somebody was faster. Thank you for offering.")
        if talk.caller == act.actor:
            raise Invalid("This is your own call. Somebody else will answer it.")
        if talk.taken_by is None:
            tx.peer_talks.take(talk.id, act.actor)
            tx.outbox.enqueue(OpenPeerTalk(talk_key=key), now=act.now)
    return talk


def look_at(services: Services, act: Act, text: str, n_files: int) -> Slip | None:
    """What in a message of such a conversation should be left out, if anything.

    The message is looked at in memory and let go; of what was found only the kind is
    counted.
    """
    with services.store.read() as tx:
        heard = tx.peer_talks.words_shown_to(act.actor, act.now - _REMEMBERED)
    slip = slip_in(
        text,
        n_files=n_files,
        public_url=services.public_url,
        names_clip=any(is_clip_id(services, word) for word in possible_clip_ids(text)),
        heard=heard,
    )
    if slip is not None:
        with services.store.begin() as tx:
            tx.peer_talks.count_slip(slip)
    return slip


def talk_to_tell(services: Services, key: str) -> Talk | None:
    """The call as it is now."""
    with services.store.read() as tx:
        return tx.peer_talks.by_key(key)


def _whom(
    services: Services, tx: Transaction, act: Act, named: str | None
) -> list[str]:
    """One colleague, or those of the circle who are not on a break."""
    if named is not None:
        colleague = Person(team_id=services.team_id, user_id=named)
        if named == act.actor.user_id or not roles_anywhere(services, tx, colleague):
            raise Invalid(
                "Call a colleague who works with help-clip, or type /clip-talk alone."
            )
        return [named]
    circle = [
        user
        for user in tx.care.peer_circle(services.team_id)
        if user != act.actor.user_id
    ]
    return [user for user in circle if _has_time(services, tx, act, user)][:_CALLED]


def _has_time(services: Services, tx: Transaction, act: Act, user_id: str) -> bool:
    person = Person(team_id=services.team_id, user_id=user_id)
    away = any(
        b.ended_at is None and b.ends_at > act.now
        for b in tx.care.breaks(person, limit=1)
    )
    return not away and tx.people.membership_of(user_id) in (None, Membership.MEMBER)

"""`/clip-talk`: a call for a chat. It carries nothing: who calls, who has time, no word more."""

from bot.errors import Conflict, Invalid, NotFound
from bot.rules.care import called_colleague
from bot.rules.permission import Refusal
from bot.usecases.services import Act, Services, new_key, raise_refusal, roles_anywhere
from storage.records import Membership, Person, Talk, Task
from storage.store import Transaction

_CALLED = 5  # of the circle at once

_NO_ROLE = Refusal(
    rule="no_role", sentence="You have no role in help-clip. Ask your lead to add you."
)


def call(services: Services, act: Act, typed: str) -> int:
    """Ask one colleague, or the circle, whether they have time; returns how many are asked.

    Nothing is on the access log: it is no act on a recording. Raises `Invalid`, `Refused`.
    """
    named = called_colleague(typed)
    with services.store.begin() as tx:
        refusal = None if roles_anywhere(services, tx, act.actor) else _NO_ROLE
        people = _whom(services, tx, act, named) if refusal is None else []
        if people:
            key = new_key()
            tx.add_talk(key, act.actor, act.now)
            for user_id in people:
                tx.enqueue(
                    Task.CALL_COLLEAGUE,
                    lane=f"talk {user_id}",
                    now=act.now,
                    argument=f"{key} {user_id}",
                )
    raise_refusal(refusal)
    return len(people)


def take(services: Services, act: Act, key: str) -> Talk:
    """Whoever has time says so; both are told of each other. Raises `NotFound`, `Conflict`."""
    with services.store.begin() as tx:
        talk = tx.talk(key, lock=True)
        if talk is None or not roles_anywhere(services, tx, act.actor):
            raise NotFound("There is no such call any more.")
        if talk.taken_by is not None and talk.taken_by != act.actor:
            raise Conflict("Somebody was faster. Thank you for offering.")
        if talk.caller == act.actor:
            raise Invalid("This is your own call. Somebody else will answer it.")
        if talk.taken_by is None:
            tx.take_talk(talk.id, act.actor)
            for user_id in (talk.caller.user_id, act.actor.user_id):
                tx.enqueue(
                    Task.TELL_TALK,
                    lane=f"talk {user_id}",
                    now=act.now,
                    argument=f"{key} {user_id}",
                )
    return talk


def talk_to_tell(services: Services, key: str) -> Talk | None:
    """The call as it is now."""
    with services.store.read() as tx:
        return tx.talk(key)


def _whom(services: Services, tx: Transaction, act: Act, named: str | None) -> list[str]:
    """One colleague, or those of the circle who are not on a break."""
    if named is not None:
        colleague = Person(team_id=services.team_id, user_id=named)
        if named == act.actor.user_id or not roles_anywhere(services, tx, colleague):
            raise Invalid("Call a colleague who works with help-clip, or type /clip-talk alone.")
        return [named]
    circle = [user for user in tx.circle(services.team_id) if user != act.actor.user_id]
    return [user for user in circle if _has_time(services, tx, act, user)][:_CALLED]


def _has_time(services: Services, tx: Transaction, act: Act, user_id: str) -> bool:
    person = Person(team_id=services.team_id, user_id=user_id)
    away = any(b.ended_at is None and b.ends_at > act.now for b in tx.breaks(person, limit=1))
    return not away and tx.membership(user_id) in (None, Membership.MEMBER)

"""Admission: which work tool calls, on behalf of which person, and whether it may.

Every call of a known token is on record, refused ones too. Calls over the limit are
counted, and the first of a minute is recorded, so that they do not fill the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.rules.people.idle import is_over
from bot.rules.refusals import Refusal
from bot.rules.work_tools.tokens import (
    NOT_OF_TOOL,
    NOT_SIGNED_IN,
    TOO_MANY_CALLS,
    UNKNOWN_TOKEN,
    count_call,
    is_first_refused,
    is_token,
    is_user_id,
    may_call,
    seconds_to_wait,
)
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Action, Person, Role, WorkTool
from storage.store import Transaction

_TOKEN = b"work tool token"


@dataclass(frozen=True, kw_only=True)
class Call:
    """The credentials of a call, as they were sent. `user_id` names the person."""

    token: str
    user_id: str


class TooManyCalls(Refused):
    """The work tool has to wait for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(TOO_MANY_CALLS.sentence, rule=TOO_MANY_CALLS.rule)
        self.seconds = seconds


def hash_token(services: Services, token: str) -> str:
    """Return the keyed hash under which a new token is stored."""
    return services.snippet_key.pseudonym(_TOKEN, token)


def admit(
    services: Services,
    act: Act,
    call: Call,
    *,
    must_be_signed_in: bool = False,
) -> Act:
    """Return the act of a work tool on behalf of a person.

    `act` has neither of them. With `must_be_signed_in`, the person has a session of
    help-clip. Raises `Refused`, or `TooManyCalls`, after the call is on record.
    """
    hashes: Sequence[str] = ()
    if is_token(call.token):
        hashes = services.snippet_key.pseudonyms(_TOKEN, call.token)
    tool = None
    refusal: Refusal | None = UNKNOWN_TOKEN
    with services.store.begin() as tx:
        if hashes:
            tool = tx.work_tools.by_token(hashes)
        if tool is not None:
            tool = count_call(tool, act.now)
            # A token whose hash is of a former SNIPPET_KEY works on after its rotation.
            tool = replace(tool, used_at=act.now, token_hash=hashes[0])
            admitted, refusal = _decide(services, tx, act, tool, call.user_id)
            if must_be_signed_in and refusal is None:
                refusal = _sign_in_refusal(services, tx, admitted)
            _record(tx, admitted, tool, refusal)
    if tool is None:
        _count_unknown(services, act)
        raise_refusal(refusal)
    assert tool is not None
    if refusal is TOO_MANY_CALLS:
        raise TooManyCalls(seconds_to_wait(tool, act.now))
    raise_refusal(refusal)
    return admitted


def _decide(
    services: Services,
    tx: Transaction,
    act: Act,
    tool: WorkTool,
    user_id: str,
) -> tuple[Act, Refusal | None]:
    """Return the act of the tool, and why it may not be done, if so."""
    act = replace(act, tool=tool)
    if is_user_id(user_id):
        person = Person(team_id=services.team_id, user_id=user_id)
        act = replace(act, person=person)
    refusal = may_call(tool, act.now)
    if refusal is None and not desks_of(services, tx, act):
        refusal = NOT_OF_TOOL
    return act, refusal


def desks_of(
    services: Services,
    tx: Transaction,
    act: Act,
) -> frozenset[str]:
    """Return the desks of the work tool on which the person reviews or leads."""
    if act.tool is None or act.person is None:
        return frozenset()
    member = member_of(services, tx, act.person)
    found = set()
    for desk_id in act.tool.desks & services.desks.desks.keys():
        roles = services.desks.roles_on(desk_id, member)
        if roles & {Role.REVIEWER, Role.LEAD}:
            found.add(desk_id)
    return frozenset(found)


def _sign_in_refusal(
    services: Services,
    tx: Transaction,
    act: Act,
) -> Refusal | None:
    """Return the refusal of a person without a session that still goes on."""
    sessions = tx.sessions.of_person(act.actor, act.now)
    if all(is_over(each, act.now, services.idle) for each in sessions):
        return NOT_SIGNED_IN
    return None


def _record(
    tx: Transaction,
    act: Act,
    tool: WorkTool,
    refusal: Refusal | None,
) -> None:
    """Store the use of the token, and record the call."""
    is_over_limit = tool.minute_calls > tool.calls_per_minute
    if is_over_limit and not is_first_refused(tool):
        return
    tx.work_tools.save(tool)
    tx.log.record(act.event(Action.TOOL_CALLED, refusal=refusal))


def _count_unknown(services: Services, act: Act) -> None:
    """Count a call without a known token; one event a minute holds their number."""
    refused = services.refused_visitors.count(UNKNOWN_TOKEN.rule, act.now)
    if not refused:
        return
    with services.store.begin() as tx:
        event = act.event(
            Action.TOOL_CALLED,
            refusal=UNKNOWN_TOKEN,
            numbers={"attempts": refused},
        )
        tx.log.record(event)

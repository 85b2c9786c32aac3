"""A shift: after one request the next one, to answer or to rule on."""

from dataclasses import dataclass

from bot.rules.people import permission
from bot.rules.requests.claims import LASTS, LASTS_AT_MOST
from bot.rules.requests.shift import CANDIDATES, choose_next
from bot.usecases.channels.pause import unfit_desks
from bot.usecases.context import Act
from bot.usecases.distress.care import rest_now
from bot.usecases.lookup import RequestRelation, member_of, relate
from bot.usecases.requests import lists
from bot.usecases.requests.lists import ListFilter
from bot.usecases.services import Services
from storage.records import Adjudication, Proposal, Request, Role


@dataclass(
    frozen=True,
    kw_only=True,
)
class Done:
    """The request that a person dealt with before this one, and what the person did.

    `proposal` is the person's standing answer, `ruling` the person's newest ruling;
    both are None for a request that was skipped.
    """

    request: Request
    proposal: Proposal | None
    ruling: Adjudication | None


def next_to_answer(
    services: Services,
    act: Act,
    last_key: str,
    skipped: frozenset[int],
) -> Request | None:
    """Return the request to answer after the one with `last_key`, None without any.

    `skipped` holds the ids that the person skipped in this shift.
    """
    with services.store.read() as tx:
        if rest_now(services, tx, act) is not None:
            return None
        last = tx.requests.by_key(last_key)
        without = set(skipped)
        if last is not None:
            without.add(last.id)
        member = member_of(services, tx, act.actor)
        reviewing = {d.id for d in services.desks.where(Role.REVIEWER, member)}
        mine = {desk.id for desk in lists.desks_of(services, tx, act.actor)}
        playing = mine - set(unfit_desks(services, tx))
        chosen = ListFilter(rows=CANDIDATES, without=frozenset(without))
        candidates = lists.first_due(tx, act, playing, chosen)
    return choose_next(candidates, reviewing, last)


def next_to_rule(
    services: Services,
    act: Act,
    last_key: str,
    skipped: frozenset[int],
) -> Request | None:
    """Return the oldest disputed request that this lead may rule on, None without any.

    The one with `last_key`, those that the lead `skipped` and those that another lead
    works on are left out.
    """
    with services.store.read() as tx:
        last = tx.requests.by_key(last_key)
        without = set(skipped)
        if last is not None:
            without.add(last.id)
        member = member_of(services, tx, act.actor)
        led = {desk.id for desk in services.desks.where(Role.LEAD, member)}
        playing = led - set(unfit_desks(services, tx))
        without |= tx.claims.held_by_others(
            act.actor,
            active_after=act.now - LASTS,
            begun_after=act.now - LASTS_AT_MOST,
        )
        chosen = ListFilter(rows=1, without=frozenset(without))
        page = lists.to_rule(tx, act, playing, chosen)
    return next(iter(page.requests), None)


def done_before(
    services: Services,
    act: Act,
    key: str,
) -> Done | None:
    """Return what this person did with the request, None where it is not theirs."""
    with services.store.read() as tx:
        request = tx.requests.by_key(key)
        if request is None:
            return None
        relation = relate(services, tx, act.actor, request)
        if permission.may_view(relation, request) is not None:
            return None
        return Done(
            request=request,
            proposal=relation.own_proposal,
            ruling=_own_ruling(act, relation),
        )


def _own_ruling(act: Act, relation: RequestRelation) -> Adjudication | None:
    own = [each for each in relation.adjudications if each.lead == act.actor]
    if not own:
        return None
    return own[-1]

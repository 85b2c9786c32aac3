"""Several cases released together, with one reply: each by itself in the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import HelpClipError, Invalid, NotFound
from bot.rules.distress import bundles, case_clock
from bot.rules.distress.replies import fault_of_any
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress import officer
from bot.usecases.distress.case_pages import CaseGroup, group_cases, open_cases
from bot.usecases.distress.cases import case_event, relate_to_case
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.services import Services
from storage.records import Action, Case, Person
from storage.store import Transaction

# So many cases can be chosen in one form; their numbers fit into an address.
MOST = 30


@dataclass(frozen=True, kw_only=True)
class NotReleased:
    """A case that was not released, and the reason as a sentence."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Released:
    """The outcome of a release of several cases."""

    cases: Sequence[Case]
    not_released: Sequence[NotReleased]


def list_releasable(services: Services, act: Act) -> list[CaseGroup]:
    """Return the cases that this officer may release together, by bundle.

    It is no act on any of them.
    """
    with services.store.read() as tx:
        found = [
            case
            for case in open_cases(services, tx, act)
            if _may_release(services, tx, act, case)
        ]
        return group_cases(tx, found)


def release_together(
    services: Services,
    act: Act,
    numbers: Sequence[int],
    reply: str,
) -> Released:
    """Take and release these cases, each in its own transactions and on record.

    Their requests go on with their answers. A reporter gets the reply to a bundle once.
    Raises `Invalid` for no case, too many cases or an unfit reply, and `Refused`
    without a fresh sign-in.
    """
    _check_form(numbers, reply.strip())
    _require_fresh_sign_in(services, act, numbers)
    released: list[Case] = []
    not_released: list[NotReleased] = []
    notified: set[Person] = set()
    for number in numbers:
        try:
            case = _release(services, act, number, reply, notified)
        except HelpClipError as error:
            refused = NotReleased(name=_name_of(services, number), reason=str(error))
            not_released.append(refused)
        else:
            released.append(case)
    return Released(cases=released, not_released=not_released)


def _check_form(numbers: Sequence[int], reply: str) -> None:
    if not numbers:
        raise Invalid(text("distress.together.none_chosen"), field="case")
    if len(numbers) > MOST:
        raise Invalid(text("distress.together.too_many", most=MOST), field="case")
    fault = fault_of_any(reply)
    if fault is not None:
        raise Invalid(fault, field="reply")


def _require_fresh_sign_in(
    services: Services,
    act: Act,
    numbers: Sequence[int],
) -> None:
    refusal = step_up_refusal(services, act)
    if refusal is None:
        return
    with services.store.begin() as tx:
        for number in numbers:
            case = tx.cases.by_id(number)
            if case is not None:
                tx.log.record(
                    case_event(
                        act,
                        case,
                        Action.CASE_CLOSED,
                        refusal=refusal,
                    )
                )
    raise_refusal(refusal)


def _release(
    services: Services,
    act: Act,
    number: int,
    reply: str,
    notified: set[Person],
) -> Case:
    """Take and release one case, and add its reporters to `notified`."""
    case = _case_to_release(services, act, number)
    if case.officer != act.actor:
        officer.acknowledge(services, act, case.key)
    is_bundled = case.bundle_id is not None
    case = officer.close(
        services,
        act,
        case.key,
        reply=reply,
        release=True,
        notified=notified if is_bundled else (),
    )
    if is_bundled:
        with services.store.read() as tx:
            notified.update(report.reporter for report in tx.cases.reports(case.id))
    return case


def _case_to_release(
    services: Services,
    act: Act,
    number: int,
) -> Case:
    """Return the case. Raises `NotFound`, `Refused` also for one to be looked at alone."""
    with services.store.begin() as tx:
        case = tx.cases.by_id(number)
        if case is None:
            raise NotFound(text("distress.case.not_found"))
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_open(case, who) or bundles.may_release_together(case)
        if refusal is not None:
            tx.log.record(case_event(act, case, Action.CASE_CLOSED, refusal=refusal))
    raise_refusal(refusal)
    return case


def _may_release(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> bool:
    if bundles.may_release_together(case) is not None:
        return False
    who = relate_to_case(services, tx, act.actor, case)
    if case_clock.may_close(case, who) is None:
        return True
    may_take = case_clock.may_acknowledge(case, who) is None
    return may_take and case_clock.is_officer(who)


def _name_of(services: Services, number: int) -> str:
    with services.store.read() as tx:
        case = tx.cases.by_id(number)
    if case is None:
        return text("distress.together.case", number=number)
    return case.name

"""Making and revoking work tools, by administrators and operators."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from bot.errors import Conflict, Invalid, NotFound
from bot.rules.erasure.holds import check_reason
from bot.rules.people.permission import may_manage_tools
from bot.rules.refusals import Refusal
from bot.rules.work_tools.tokens import (
    CALLS_PER_MINUTE,
    check_calls,
    check_days,
    check_name,
    new_token,
)
from bot.text import text
from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import roles_of_act
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.services import Services
from bot.usecases.work_tools.admit import hash_token
from storage.records import Action, Event, Role, WorkTool
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an administrator asks of a new work tool."""

    name: str
    desks: Collection[str]
    days: int
    reason: str
    calls_per_minute: int = CALLS_PER_MINUTE


@dataclass(frozen=True, kw_only=True)
class Made:
    """A work tool, and its token, which is shown this once."""

    tool: WorkTool
    token: str


def list_tools(services: Services, act: Act) -> list[WorkTool]:
    """Return all work tools, in the order of their making. Raises `Refused`."""
    with services.store.begin() as tx:
        refusal = _refusal(services, tx, act)
        tx.log.record(_event(act, Action.TOOLS_VIEWED, refusal))
        tools = tx.work_tools.all()
    raise_refusal(refusal)
    return tools


def make(
    services: Services,
    act: Act,
    order: Order,
) -> Made:
    """Make a work tool with its token, which is shown once and stored nowhere.

    Raises `Invalid` (with the field), `Refused`, and `Conflict` for a name in use.
    """
    name = check_name(order.name)
    desks = _check_desks(services, order.desks)
    lasts = check_days(order.days)
    calls = check_calls(order.calls_per_minute)
    why = check_reason(order.reason)
    token = new_token()
    tool = None
    with services.store.begin() as tx:
        refusal = _grave_refusal(services, tx, act)
        if refusal is None:
            tool = tx.work_tools.add(
                name=name,
                desks=desks,
                token_hash=hash_token(services, token),
                made_at=act.now,
                expires_at=act.now + lasts,
                calls_per_minute=calls,
            )
        if refusal is not None or tool is not None:
            event = _event(act, Action.TOOL_MADE, refusal, tool)
            detail = committed_detail(
                reason=why,
                tool=name,
                desks=" ".join(sorted(desks)),
            )
            tx.log.record_with(event, detail=detail)
    raise_refusal(refusal)
    if tool is None:
        raise Conflict(text("work_tools.make.name_in_use", name=name))
    return Made(tool=tool, token=token)


def revoke(
    services: Services,
    act: Act,
    name: str,
    reason: str,
) -> WorkTool:
    """Revoke the token of a work tool at once. It needs no fresh sign-in.

    Raises `Invalid`, `NotFound`, `Refused`.
    """
    why = check_reason(reason)
    with services.store.begin() as tx:
        refusal = _refusal(services, tx, act)
        tool = tx.work_tools.by_name(name, lock=True)
        if refusal is None and tool is not None:
            tool = replace(tool, revoked_at=act.now)
            tx.work_tools.save(tool)
        _record_change(tx, act, Action.TOOL_REVOKED, refusal, tool, why)
    raise_refusal(refusal)
    return _found(tool)


def _check_desks(services: Services, desks: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(desks)
    if not chosen:
        raise Invalid(text("work_tools.make.desks_missing"), field="desks")
    known = services.desks.desks.keys()
    if not chosen <= known:
        names = ", ".join(sorted(known))
        raise Invalid(text("work_tools.make.desk_unknown", desks=names), field="desks")
    return chosen


def _refusal(
    services: Services,
    tx: Transaction,
    act: Act,
) -> Refusal | None:
    roles = roles_of_act(services, tx, act, Role.ADMINISTRATOR)
    return may_manage_tools(roles)


def _grave_refusal(
    services: Services,
    tx: Transaction,
    act: Act,
) -> Refusal | None:
    return _refusal(services, tx, act) or step_up_refusal(services, act)


def _record_change(
    tx: Transaction,
    act: Act,
    action: Action,
    refusal: Refusal | None,
    tool: WorkTool | None,
    why: str,
) -> None:
    """Record a change or its denial. A tool that is not there is no act."""
    if refusal is None and tool is None:
        return
    event = _event(act, action, refusal, tool)
    tx.log.record_with(event, detail=committed_detail(reason=why))


def _event(
    act: Act,
    action: Action,
    refusal: Refusal | None,
    tool: WorkTool | None = None,
) -> Event:
    role = None
    if act.person is not None and refusal is None:
        role = Role.ADMINISTRATOR
    return act.event(action, refusal=refusal, role=role, tool=tool)


def _found(tool: WorkTool | None) -> WorkTool:
    if tool is None:
        raise NotFound(text("work_tools.change.not_found"))
    return tool

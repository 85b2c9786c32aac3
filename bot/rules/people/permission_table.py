"""The permission table: which roles allow which acts.

docs/permissions.md is printed from it (`python -m tools.permissions_page`). The rules
about a request's state, consent and quarantine are in `permission`.
"""

from collections.abc import Mapping, Set
from enum import StrEnum

from bot.rules.people.roles import ROLES
from bot.rules.refusals import Refusal, refuse
from storage.records import Role


class Capability(StrEnum):
    """An act that needs permission, in the words of the printed table."""

    ASK = "ask about a clip"
    VIEW = "open a request's page"
    LISTEN = "listen while it is open"
    LISTEN_DISPUTED = "listen while it is disputed"
    LISTEN_LESS = "ask to hear the span less disguised, or its neighbours unmasked"
    APPROVE_ASK = "agree to one more question about a recording"
    APPROVE_LESS = "approve that a colleague hears it so"
    PROPOSE = "answer"
    DECLINE = "decline with not me"
    WITHDRAW = "withdraw the question"
    CLOSE_UNCLEAR = "close the question as unintelligible, once it is late"
    SEE_QUEUE = "see the queue of disputed requests"
    ADJUDICATE = "rule"
    APPEAL = "appeal against a settled word"
    STOP = "stop a distressing clip"
    RELEASE = "close a stopped clip's case, or open the clip again"
    HOLD = "place or release a legal hold"
    ERASE = "erase"
    KEEP = "see what waits to be erased after answers, and keep it"
    READ_OWN_RECORD = "read one's own record"
    QUERY_LOG = "query, export or trace in the access log"
    DEAL_WITH = "close an entry of the leads' list"
    SET_UP = "check a channel with /clip-setup"
    MAP_ROLES = "see and confirm a change of who holds a role"
    MANAGE_TOOLS = "make, see and revoke work tools"


class Standing(StrEnum):
    """A person's relation to a request; the first that is true counts.

    A role on another desk gives no more than no role, so `OTHER_DESK` is for everybody
    else.
    """

    ASKER = "asker"
    PROPOSER = "proposer"
    SAME_DESK = "same desk"
    OTHER_DESK = "other desk"


YES = None
_NO_ROLE = "no_role"
_OWN = "own_request"
_OWN_DISPUTE = "own_dispute"
_NOT_LEAD = "not_lead"

# One cell for each standing, in its order: `YES`, or the rule that denies.
Cells = tuple[str | None, str | None, str | None, str | None]
ALWAYS: Cells = (YES, YES, YES, YES)


def _never(rule: str) -> Cells:
    return (rule, rule, rule, rule)


# The row of None is for people without a role, and for every role without a row.
PERMISSIONS: Mapping[Capability, Mapping[Role | None, Cells]] = {
    Capability.ASK: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Capability.VIEW: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        None: (YES, _NO_ROLE, _NO_ROLE, _NO_ROLE),
    },
    Capability.LISTEN: {
        Role.REVIEWER: (_OWN, YES, YES, _NO_ROLE),
        Role.LEAD: (_OWN, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Capability.LISTEN_DISPUTED: {
        Role.REVIEWER: (_OWN, _NOT_LEAD, _NOT_LEAD, _NO_ROLE),
        Role.LEAD: (_OWN, _OWN_DISPUTE, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Capability.LISTEN_LESS: {
        Role.LESS_MASKED: (_OWN, YES, YES, "not_less_masked"),
        None: _never("not_less_masked"),
    },
    Capability.APPROVE_LESS: {
        Role.LEAD: (_OWN, YES, YES, _NO_ROLE),
        Role.LESS_MASKED: (_OWN, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Capability.APPROVE_ASK: {
        Role.LEAD: ("own_approval", YES, YES, "leads_only"),
        None: _never("leads_only"),
    },
    Capability.PROPOSE: {
        Role.REVIEWER: (_OWN, YES, YES, _NO_ROLE),
        Role.LEAD: (_OWN, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Capability.DECLINE: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Capability.WITHDRAW: {
        Role.LEAD: (YES, YES, YES, "not_asker"),
        None: (YES, "not_asker", "not_asker", "not_asker"),
    },
    Capability.CLOSE_UNCLEAR: {
        None: (YES, "not_asker", "not_asker", "not_asker"),
    },
    Capability.SEE_QUEUE: {
        Role.LEAD: (YES, YES, YES, "leads_only"),
        None: _never("leads_only"),
    },
    Capability.ADJUDICATE: {
        Role.LEAD: (_OWN_DISPUTE, _OWN_DISPUTE, YES, _NOT_LEAD),
        None: _never(_NOT_LEAD),
    },
    Capability.APPEAL: {
        Role.REVIEWER: (YES, YES, "not_party", _NO_ROLE),
        Role.LEAD: (YES, YES, "not_party", _NO_ROLE),
        None: (YES, _NO_ROLE, _NO_ROLE, _NO_ROLE),
    },
    Capability.STOP: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        Role.AUDITOR: ALWAYS,
        Role.SAFETY_OFFICER: ALWAYS,
        Role.ADMINISTRATOR: ALWAYS,
        None: (YES, _NO_ROLE, _NO_ROLE, _NO_ROLE),
    },
    Capability.RELEASE: {
        Role.SAFETY_OFFICER: ALWAYS,
        None: _never("not_safety_officer"),
    },
    Capability.HOLD: {
        Role.SAFETY_OFFICER: ALWAYS,
        None: _never("no_holds"),
    },
    Capability.ERASE: {
        Role.ADMINISTRATOR: ALWAYS,
        None: _never("not_administrator"),
    },
    Capability.KEEP: {
        Role.LEAD: (YES, YES, YES, "cannot_keep"),
        Role.SAFETY_OFFICER: ALWAYS,
        None: _never("cannot_keep"),
    },
    Capability.READ_OWN_RECORD: {None: ALWAYS},
    Capability.QUERY_LOG: {
        Role.AUDITOR: ALWAYS,
        None: _never("not_auditor"),
    },
    Capability.DEAL_WITH: {
        Role.LEAD: (YES, YES, YES, "leads_only"),
        None: _never("leads_only"),
    },
    Capability.SET_UP: {
        Role.ADMINISTRATOR: ALWAYS,
        None: _never("not_administrator"),
    },
    Capability.MAP_ROLES: {
        Role.ADMINISTRATOR: ALWAYS,
        None: _never("not_administrator"),
    },
    Capability.MANAGE_TOOLS: {
        Role.ADMINISTRATOR: ALWAYS,
        None: _never("not_administrator"),
    },
}


def cell(
    capability: Capability,
    role: Role | None,
    standing: Standing,
) -> str | None:
    """Return `YES`, or the code of the rule that denies."""
    rows = PERMISSIONS[capability]
    return rows.get(role, rows[None])[list(Standing).index(standing)]


def decide(
    capability: Capability,
    roles: Set[Role],
    standing: Standing,
) -> Refusal | None:
    """Return None if one of the roles allows the act, else a refusal.

    `roles` are those held on the request's desk, company roles included. The refusal is
    that of the strongest role with another rule than the rule for people without a
    role: a lead with the reviewer's role too reads why the lead may not.
    """
    ordered = sorted(roles, key=lambda role: ROLES[role].rank)
    rules = [cell(capability, role, standing) for role in ordered]
    rule_without_role = cell(capability, None, standing)
    if YES in rules:
        return None
    if not rules and rule_without_role is YES:
        return None
    denying = [rule for rule in rules if rule is not None]
    for rule in denying:
        if rule != rule_without_role:
            return refuse(rule)
    # Every role gives the same rule as no role.
    assert rule_without_role is not None
    return refuse(rule_without_role)

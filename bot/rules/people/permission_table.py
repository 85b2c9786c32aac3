"""Who may do what to which request: the one table that `permission` reads.

docs/permissions.md is printed from it (`python -m tools.permissions_page`). What a
request's state, consent or quarantine forbids on top of this is in `permission`.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from storage.records import Role


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """`rule` goes on record; `sentence` is for the person and says what to do next."""

    rule: str
    sentence: str


class Deed(StrEnum):
    """What somebody may want to do, in the words of the printed table."""

    ASK = "ask about a clip"
    VIEW = "open a request's page"
    LISTEN = "listen while it is open"
    LISTEN_DISPUTED = "listen while it is disputed"
    LISTEN_LESS = "ask to hear the span less disguised, or its neighbours unmasked"
    APPROVE_LESS = "agree that somebody hears it so"
    PROPOSE = "answer"
    DECLINE = "say not me"
    WITHDRAW = "withdraw the question"
    SEE_QUEUE = "see the queue of disputed requests"
    ADJUDICATE = "rule"
    STOP = "stop a distressing clip"
    RELEASE = "close a stopped clip's case, or open the clip again"
    HOLD = "place or release a legal hold"
    ERASE = "erase"
    READ_OWN_RECORD = "read one's own record"
    QUERY_LOG = "query, export or trace in the access log"
    DEAL_WITH = "close an entry of the leads' list"
    SET_UP = "check a channel with /clip-setup"
    MAP_ROLES = "see and confirm a change of who holds a role"


class Standing(StrEnum):
    """What a person has to do with a request; the first that is true counts.

    A role on another desk is worth as much as none, so `OTHER_DESK` is everybody else.
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


# The row of None is for people who hold no role, and for every role that has no row of
# its own.
MATRIX: Mapping[Deed, Mapping[Role | None, Cells]] = {
    Deed.ASK: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Deed.VIEW: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        None: (YES, _NO_ROLE, _NO_ROLE, _NO_ROLE),
    },
    Deed.LISTEN: {
        Role.REVIEWER: (_OWN, YES, YES, _NO_ROLE),
        Role.LEAD: (_OWN, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Deed.LISTEN_DISPUTED: {
        Role.REVIEWER: (_OWN, _NOT_LEAD, _NOT_LEAD, _NO_ROLE),
        Role.LEAD: (_OWN, _OWN_DISPUTE, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Deed.LISTEN_LESS: {
        Role.LESS_MASKED: (_OWN, YES, YES, "not_less_masked"),
        None: _never("not_less_masked"),
    },
    Deed.APPROVE_LESS: {
        Role.LEAD: (_OWN, YES, YES, _NO_ROLE),
        Role.LESS_MASKED: (_OWN, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Deed.PROPOSE: {
        Role.REVIEWER: (_OWN, YES, YES, _NO_ROLE),
        Role.LEAD: (_OWN, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Deed.DECLINE: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        None: _never(_NO_ROLE),
    },
    Deed.WITHDRAW: {
        Role.LEAD: (YES, YES, YES, "not_asker"),
        None: (YES, "not_asker", "not_asker", "not_asker"),
    },
    Deed.SEE_QUEUE: {
        Role.LEAD: (YES, YES, YES, "leads_only"),
        None: _never("leads_only"),
    },
    Deed.ADJUDICATE: {
        Role.LEAD: (_OWN_DISPUTE, _OWN_DISPUTE, YES, _NOT_LEAD),
        None: _never(_NOT_LEAD),
    },
    Deed.STOP: {
        Role.REVIEWER: (YES, YES, YES, _NO_ROLE),
        Role.LEAD: (YES, YES, YES, _NO_ROLE),
        Role.AUDITOR: ALWAYS,
        Role.SAFETY_OFFICER: ALWAYS,
        Role.ADMINISTRATOR: ALWAYS,
        None: (YES, _NO_ROLE, _NO_ROLE, _NO_ROLE),
    },
    Deed.RELEASE: {
        Role.SAFETY_OFFICER: ALWAYS,
        None: _never("not_safety_officer"),
    },
    Deed.HOLD: {
        Role.SAFETY_OFFICER: ALWAYS,
        None: _never("no_holds"),
    },
    Deed.ERASE: {
        Role.ADMINISTRATOR: ALWAYS,
        None: _never("not_administrator"),
    },
    Deed.READ_OWN_RECORD: {None: ALWAYS},
    Deed.QUERY_LOG: {Role.AUDITOR: ALWAYS, None: _never("not_auditor")},
    Deed.DEAL_WITH: {
        Role.LEAD: (YES, YES, YES, "leads_only"),
        None: _never("leads_only"),
    },
    Deed.SET_UP: {Role.ADMINISTRATOR: ALWAYS, None: _never("not_administrator")},
    Deed.MAP_ROLES: {Role.ADMINISTRATOR: ALWAYS, None: _never("not_administrator")},
}

SENTENCES: Mapping[str, str] = {
    _NO_ROLE: "You are not a reviewer on this desk. Ask your lead to add you in desks.toml.",
    _OWN: "You asked this one, so your colleagues answer it. You will be told when it settles.",
    _OWN_DISPUTE: "You asked or answered this one yourself, so another lead has to rule.",
    _NOT_LEAD: "The answers differ, so a lead of this desk rules. Nothing left to do here.",
    "leads_only": "The queue is for leads. Ask yours to look.",
    "not_less_masked": "Nobody hears more than the usual sound by default. "
    "Your lead knows who may ask.",
    "not_asker": "Only the person who asked can withdraw this.",
    "not_safety_officer": "A safety officer closes the case. Hand it over to one.",
    "no_holds": "Legal holds are placed and released by safety officers. Ask one.",
    "not_administrator": "That is for administrators named in desks.toml. Ask yours.",
    "not_auditor": "The access log is for auditors. Your own record is at /clip-audit me.",
}


def cell(deed: Deed, role: Role | None, standing: Standing) -> str | None:
    """`YES`, or the rule that denies."""
    rows = MATRIX[deed]
    return rows.get(role, rows[None])[list(Standing).index(standing)]


def decide(deed: Deed, roles: Set[Role], standing: Standing) -> Refusal | None:
    """None when one of the roles allows it; else the refusal of the role that comes
    closest.

    `roles` are those held on the request's desk, house roles included.
    """
    ordered: list[Role | None] = [role for role in Role if role in roles]
    rules = [cell(deed, role, standing) for role in ordered or [None]]
    if YES in rules:
        return None
    for_nobody = cell(deed, None, standing)
    # A lead who is a reviewer too hears what stops the lead.
    rule = next((r for r in reversed(rules) if r != for_nobody), None) or rules[0]
    assert rule is not None
    return Refusal(rule=rule, sentence=SENTENCES[rule])

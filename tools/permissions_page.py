"""Print docs/permissions.md: `python -m tools.permissions_page > docs/permissions.md`."""

import sys

from bot.rules.people.permission_table import PERMISSIONS, Capability, Cells, Standing
from bot.rules.people.roles import ROLES
from bot.rules.refusals import refuse
from storage.records import Role

_HEAD = """# Permissions

Printed by `python -m tools.permissions_page` from the one table in
`bot/rules/people/permission_table.py` that every decision reads; a test keeps the two equal, and
tries every cell.

Roles come from `desks.toml` only, under the keys below: Slack user groups, or people by id. Being a Slack admin or owner
gives none, and neither does the role of administrator here: it runs the program and hears nothing.
A person who is deactivated, a guest, a bot, or of another workspace holds no role. A role on one
desk is worth nothing on another. A person with several roles may do all that one of them allows.

A cell is *yes*, or the rule id of the denial. Of the columns the first that is true counts: the
*asker* of the request, a *proposer* (has answered it), the *same desk* (has answered nothing here),
and all others.
"""

_TAIL = """
## Further conditions

The table is the first check, not the last. A *yes* still needs:

| condition | rule id of the denial |
|---|---|
| the speaker's consent, as it is in the clip source now | `consent_unknown` `consent_withdrawn` |
| a clip that was not stopped as distressing | `quarantined` |
| to listen: a request that is open, or disputed for the lead who rules | `closed` |
| to answer: the span heard once, and no dispute | `not_heard` `disputed` |
| to rule: a dispute, or a ruling to change | `not_disputed` |
| to rule after an appeal: no part in the request before it | `appealed_ruling` |
| to appeal: a settled word, its snippet, and no appeal of this person yet | `not_settled` `appeal_late` `appealed_before` |
| to appeal: a lead who has not worked on it | `no_other_lead` |
| to withdraw: no appeal that waits | `appeal_waits` |
| a new press of play each time | `press_used` |
| to close an entry of the leads' list: that it is about another person | `own_incident` |
| to listen, answer and rule: a desk whose channel is fit | the fault, such as `channel_public` |
| to listen: the desk's hours and networks | `outside_hours` `outside_network` |
| on an in-house desk, to be no vendor | `in_house_only` |
| to listen: within the listening budget | `enough_listeners` `many_presses` `many_clips` |
| the same, over a day | `other_language` `unanswered` |
| to listen: not enough heard of this clip or this speaker | `heard_clip` `heard_speaker` |
| to ask: no name or number that the draft knows inside the span | `personal_span` |
| to ask: not too often an hour, and no other question about the clip that waits for a lead | `many_asks` `clip_waits` |
| to read a draft: not too many an hour | `many_transcripts` |
| to agree to a question: that it is another person's and waits | `own_approval` `decided` |
| to listen: not to rest, by choice or after a hard recording | `on_break` `cool_down` |
| to agree to an elevated listen: that it is another person's | `own_approval` |
| to play an elevated listen: the agreement | `not_yours` `not_approved` `approval_refused` |
| once, within half an hour of it | `closer_used` `closer_over` |
| unmasked: a desk that is not for children's recordings | `child_unmasked` |
| for the gravest acts: a fresh sign-in and a reason | `step_up` |

## The sentence of each denial
"""


def page() -> str:
    """Return the page as Markdown."""
    lines = [_HEAD, *_roles()]
    for capability in Capability:
        lines += [_row([f"**{capability}**", *Standing]), _row(["---"] * 5)]
        lines += [_row([who, *_cells(cells)]) for who, cells in _rows(capability)]
        lines.append("")
    lines += [_TAIL.strip("\n"), ""]
    lines += [_row(["rule", "sentence"]), _row(["---"] * 2)]
    lines += [_row([f"`{rule}`", refuse(rule).sentence]) for rule in _rules()]
    return "\n".join(lines) + "\n"


def _rules() -> list[str]:
    """Return every rule of the table, in its order."""
    found: dict[str, None] = {}
    for rows in PERMISSIONS.values():
        for cells in rows.values():
            found.update(dict.fromkeys(rule for rule in cells if rule is not None))
    return list(found)


def _roles() -> list[str]:
    """Return the table of roles, the strongest first."""
    lines = [_row(["role", "key in desks.toml", "counts"]), _row(["---"] * 3)]
    for role in sorted(ROLES, key=lambda role: ROLES[role].rank):
        row = ROLES[role]
        counts = "in the whole company"
        if row.is_desk_role:
            counts = "on one desk"
        lines.append(_row([_name(role), f"`{row.key}`", counts]))
    strength = (
        "An act is recorded under the first of these roles that the person holds."
    )
    return [*lines, "", strength, ""]


def _rows(capability: Capability) -> list[tuple[str, Cells]]:
    named = [
        (_name(role), cells)
        for role, cells in PERMISSIONS[capability].items()
        if role is not None
    ]
    return [*named, ("all others" if named else "all", PERMISSIONS[capability][None])]


def _name(role: Role) -> str:
    return role.replace("_", " ")


def _cells(cells: Cells) -> list[str]:
    return ["yes" if rule is None else f"`{rule}`" for rule in cells]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())

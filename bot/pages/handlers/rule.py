"""Ruling: the queue of disputed requests, and the page of one."""

from dataclasses import dataclass

from starlette.responses import Response

from bot.errors import Invalid
from bot.pages.context import Visit
from bot.pages.forms import answer_kind, number_in
from bot.pages.handlers.listen import player_values
from bot.pages.responses import done, html
from bot.usecases.requests import adjudicate
from storage.records import Answer

OTHER_WORDS = "other"


@dataclass(frozen=True, kw_only=True)
class TypedRuling:
    """`choice` is `<answer>:<text>` of a reading, `other` (then `text` counts), or an
    answer.
    """

    choice: str = ""
    text: str = ""
    reason: str = ""


def queue(visit: Visit) -> Response:
    """GET /rule: oldest first."""
    items = adjudicate.view_queue(visit.services, visit.act)
    return html(visit, "queue.html", items=items, now=visit.act.now)


def show(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /rule/<key>."""
    found = adjudicate.open_ruling_page(visit.services, visit.act, visit.key)
    return html(
        visit,
        "rule.html",
        page=found,
        typed=_typed(visit),
        error=error,
        now=visit.act.now,
        **player_values(visit, found.snippet),
    )


def rule(visit: Visit) -> Response:
    """POST /rule/<key>."""
    typed = _typed(visit)
    answer, text = _chosen(typed)
    adjudicate.adjudicate(
        visit.services,
        visit.act,
        visit.key,
        answer=answer,
        text=text,
        reason=typed.reason,
        seen=number_in(visit, "seen"),
    )
    return done(visit, f"/rule/{visit.key}")


def _typed(visit: Visit) -> TypedRuling:
    return TypedRuling(
        choice=visit.form.get("choice", ""),
        text=visit.form.get("text", ""),
        reason=visit.form.get("reason", ""),
    )


def _chosen(typed: TypedRuling) -> tuple[Answer, str]:
    if not typed.choice:
        raise Invalid("Choose what it is.", field="choice")
    if typed.choice == OTHER_WORDS:
        return Answer.WORDS, typed.text
    kind, _, text = typed.choice.partition(":")
    return answer_kind(kind), text

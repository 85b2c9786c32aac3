"""Rulings: the queue of disputed requests, and the page of one request."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.forms import answer_kind, number_in
from bot.pages.handlers.listen import player_values
from bot.pages.handlers.lists import filter_values, hides_own, read_filter
from bot.pages.responses import finish_action, redirect_to, render_json, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.shift import RULED, done_here, read_shift
from bot.text import text
from bot.usecases.requests import adjudicate, approve, lists
from bot.usecases.shift.next_request import next_to_rule
from storage.records import Answer

OTHER_WORDS = "other"


@dataclass(
    frozen=True,
    kw_only=True,
)
class TypedRuling:
    """The fields of the form as typed.

    `choice` is `<answer>:<text>` for a reading, `other` for the words in `text`, or the
    name of an answer.
    """

    choice: str = ""
    text: str = ""
    reason: str = ""


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /rule."""
    return [
        page_route(context, "/rule", show_queue),
        page_route(context, "/rule/next", go_to_next),
        page_route(context, "/rule/{key}", show_ruling),
        action_route(context, "/rule/{key}/question", decide_on_question),
        action_route(context, "/rule/{key}/reason", preview_reason),
        action_route(context, "/rule/{key}/claim", keep_claim),
        action_route(
            context,
            "/rule/{key}",
            rule,
            form=show_ruling,
        ),
    ]


def show_queue(visit: Visit) -> Response:
    """GET /rule: the disputed requests and the questions that wait, oldest first."""
    chosen = read_filter(visit)
    with_own = not hides_own(visit)
    queue = lists.list_queue(
        visit.services,
        visit.act,
        chosen,
        with_own=with_own,
    )
    waiting = approve.list_waiting(visit.services, visit.act, lists.ROWS_PER_PAGE)
    return render_page(
        visit,
        "queue.html",
        queue=queue,
        waiting=waiting,
        now=visit.act.now,
        **filter_values(visit, chosen, queue.desks, queue.next_after),
    )


def show_ruling(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /rule/<key>."""
    found = adjudicate.open_ruling_page(visit.services, visit.act, visit.key)
    shift = read_shift(visit)
    return render_page(
        visit,
        "rule.html",
        page=found,
        typed=_typed(visit),
        error=error,
        now=visit.act.now,
        shift=shift,
        done=done_here(visit, shift),
        **player_values(visit, found.snippet),
    )


def rule(visit: Visit) -> Response:
    """POST /rule/<key>."""
    typed = _typed(visit)
    answer, words = _chosen_answer(typed)
    adjudicate.adjudicate(
        visit.services,
        visit.act,
        visit.key,
        answer=answer,
        text=words,
        reason=typed.reason,
        seen=number_in(visit, "seen"),
    )
    query = read_shift(visit).after(visit.key, RULED)
    return finish_action(visit, f"/rule/next?{query}")


def keep_claim(visit: Visit) -> Response:
    """POST /rule/<key>/claim: the lead works on this dispute."""
    adjudicate.keep_claim(visit.services, visit.act, visit.key)
    return finish_action(visit, f"/rule/{visit.key}")


def preview_reason(visit: Visit) -> Response:
    """POST /rule/<key>/reason: the reason as Slack will show it; nothing is kept."""
    masked = adjudicate.preview_reason(
        visit.services,
        visit.act,
        visit.key,
        visit.form.get("reason", ""),
    )
    return render_json({"masked": masked})


def go_to_next(visit: Visit) -> Response:
    """GET /rule/next: the page of the next dispute.

    Without a next one, a ruling leads to its own page, and all else to the queue.
    """
    shift = read_shift(visit)
    following = next_to_rule(
        visit.services,
        visit.act,
        shift.last,
        shift.skipped_ids,
    )
    if following is not None:
        return redirect_to(f"/rule/{following.key}?{shift.here()}")
    done = done_here(visit, shift)
    if done is not None and done.ruling is not None:
        return redirect_to(f"/rule/{done.request.key}")
    return redirect_to("/rule")


def decide_on_question(visit: Visit) -> Response:
    """POST /rule/<key>/question: agree to a question that waits, or do not."""
    approve.decide(
        visit.services,
        visit.act,
        visit.key,
        approve=visit.form.get("decision") == "approve",
    )
    return finish_action(visit, "/rule")


def _typed(visit: Visit) -> TypedRuling:
    return TypedRuling(
        choice=visit.form.get("choice", ""),
        text=visit.form.get("text", ""),
        reason=visit.form.get("reason", ""),
    )


def _chosen_answer(typed: TypedRuling) -> tuple[Answer, str]:
    """Return the answer and its words, which are empty unless it has some."""
    if not typed.choice:
        raise Invalid(text("requests.ruling_page.choice_missing"), field="choice")
    if typed.choice == OTHER_WORDS:
        return Answer.WORDS, typed.text
    kind, _, words = typed.choice.partition(":")
    return answer_kind(kind), words

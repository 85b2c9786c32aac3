"""The pages of a stopped recording: the officer's case, and the reporter's own."""

from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.forms import MOST_NUMBER, number_in
from bot.pages.handlers.listen import player_values
from bot.pages.player_routes import player_routes
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.sign_in.step_up import find_choice, reason_values
from bot.pages.template_environment import render_template
from bot.pages.wording.transcript import masked_words
from bot.rules.erasure.holds import PRESETS
from bot.rules.numbers import whole_number
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.distress import case_pages, cases, officer, release_together
from bot.usecases.distress.case_pages import CaseGroup
from bot.usecases.distress.hear_case import CaseSnippet
from bot.usecases.services import Services
from storage.records import Case, Severity


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /case and /stopped."""
    return [
        page_route(context, "/case", list_cases),
        page_route(context, "/case/closed", list_closed),
        page_route(
            context,
            "/case/release",
            show_release,
            is_grave=True,
        ),
        action_route(
            context,
            "/case/release",
            release,
            form=show_release,
        ),
        page_route(context, "/case/{key}", show_case),
        action_route(
            context, "/case/{key}/acknowledge", _officer_action(officer.acknowledge)
        ),
        action_route(
            context,
            "/case/{key}/not-an-emergency",
            _officer_action(officer.lower_severity),
        ),
        action_route(context, "/case/{key}/hand-over", hand_over),
        action_route(context, "/case/{key}/step", tick_step),
        action_route(
            context,
            "/case/{key}/close",
            close,
            form=show_case,
        ),
        page_route(
            context,
            "/case/{key}/hold",
            show_hold,
            is_grave=True,
        ),
        action_route(
            context,
            "/case/{key}/hold",
            place_hold,
            form=show_hold,
        ),
        *player_routes(context, "/case", CaseSnippet),
        page_route(context, "/stopped/{key}", show_report),
        action_route(context, "/stopped/{key}/grade", grade),
        action_route(context, "/stopped/{key}/not-enough", ask_for_more),
    ]


def list_cases(visit: Visit) -> Response:
    """GET /case: the cases, those due first."""
    found = case_pages.case_list(visit.services, visit.act)
    return render_page(
        visit,
        "cases.html",
        groups=found,
        now=visit.act.now,
    )


def list_closed(visit: Visit) -> Response:
    """GET /case/closed: the closed cases, newest first, page by page."""
    after = whole_number(visit.request.query_params.get("after"), MOST_NUMBER)
    found = case_pages.list_closed(visit.services, visit.act, after)
    return render_page(
        visit,
        "closed_cases.html",
        found=found,
        after=after,
    )


def show_release(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /case/release: the cases to release together, by default those of `stops`."""
    found = release_together.list_releasable(visit.services, visit.act)
    stops = find_choice(visit, "stops")
    groups = [group for group in found if not stops or _key_of(group) == stops]
    return render_page(
        visit,
        "release.html",
        groups=groups,
        stops=stops,
        chosen=_chosen_cases(visit, groups, stops),
        most=release_together.MOST,
        now=visit.act.now,
        error=error,
        **reason_values(visit),
    )


def _key_of(group: CaseGroup) -> str:
    if group.bundle is None:
        return ""
    return group.bundle.key


def _chosen_cases(
    visit: Visit,
    groups: Sequence[CaseGroup],
    stops: str,
) -> set[str]:
    """Return the numbers of the cases that are ticked.

    They are those ticked before an error or a sign-in; at first all of a bundle.
    """
    if visit.request.method == "POST":
        return set(visit.several.get("case", ()))
    chosen = visit.request.query_params.getlist("case")
    if chosen:
        return set(chosen)
    if not stops:
        return set()
    numbers = [str(case.id) for group in groups for case in group.cases]
    return set(numbers[: release_together.MOST])


def release(visit: Visit) -> Response:
    """POST /case/release, with the reply and the numbers of the cases."""
    typed = visit.several.get("case", ())
    numbers = [whole_number(each, MOST_NUMBER) or 0 for each in typed]
    released = release_together.release_together(
        visit.services,
        visit.act,
        numbers,
        visit.form.get("reason", ""),
    )
    if visit.wants_json:
        card = render_template("released_card.html", released=released)
        return finish_action(visit, "/case", html=card)
    return render_page(visit, "released.html", released=released)


def show_case(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /case/<key>."""
    found = case_pages.case_page(visit.services, visit.act, visit.key)
    address = f"/case/{visit.key}"
    values = {
        **player_values(visit, found.snippet, base=address),
        **reason_values(visit),
        "words": masked_words(found.snippet) if found.snippet else (),
        "chosen": find_choice(visit, "clip"),
        "now": visit.act.now,
    }
    return render_page(
        visit,
        "case.html",
        page=found,
        error=error,
        **values,
    )


def hand_over(visit: Visit) -> Response:
    """POST /case/<key>/hand-over."""
    officer.hand_over(
        visit.services,
        visit.act,
        visit.key,
        visit.form.get("officer", ""),
    )
    return finish_action(visit, "/case")


def tick_step(visit: Visit) -> Response:
    """POST /case/<key>/step: one step of the checklist is done."""
    officer.tick(
        visit.services,
        visit.act,
        visit.key,
        visit.form.get("step", ""),
    )
    return finish_action(visit, f"/case/{visit.key}")


def close(visit: Visit) -> Response:
    """POST /case/<key>/close, with the reply."""
    # A step-up keeps only the field called "reason", so the reply has that name.
    reply = visit.form.get("reason", "")
    choice = visit.form.get("clip")
    if choice not in ("release", "keep"):
        raise Invalid(text("distress.case_page.clip_choice_missing"), field="clip")
    release = choice == "release"
    officer.close(
        visit.services,
        visit.act,
        visit.key,
        reply=reply,
        release=release,
    )
    return finish_action(visit, f"/case/{visit.key}")


def show_hold(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /case/<key>/hold: the form for the length and the reason of a hold."""
    found = case_pages.case_page(visit.services, visit.act, visit.key)
    return render_page(
        visit,
        "hold.html",
        page=found,
        presets=PRESETS,
        days_chosen=find_choice(visit, "days"),
        error=error,
        **reason_values(visit),
    )


def place_hold(visit: Visit) -> Response:
    """POST /case/<key>/hold."""
    officer.hold_clip(
        visit.services,
        visit.act,
        visit.key,
        days=number_in(visit, "days"),
        reason=visit.form.get("reason", ""),
    )
    return finish_action(visit, f"/case/{visit.key}")


def show_report(visit: Visit) -> Response:
    """GET /stopped/<key>: the page of the reporter."""
    found = cases.my_report(visit.services, visit.act, visit.key)
    return render_page(visit, "stopped.html", page=found)


def grade(visit: Visit) -> Response:
    """POST /stopped/<key>/grade."""
    typed = visit.form.get("severity", "")
    severity = None
    if typed in set(Severity):
        severity = Severity(typed)
    cases.grade(
        visit.services,
        visit.act,
        visit.key,
        severity,
    )
    return finish_action(visit, f"/stopped/{visit.key}")


def ask_for_more(visit: Visit) -> Response:
    """POST /stopped/<key>/not-enough."""
    officer.reopen(visit.services, visit.act, visit.key)
    return finish_action(visit, f"/stopped/{visit.key}")


def _officer_action(
    use_case: Callable[[Services, Act, str], Case],
) -> Callable[[Visit], Response]:
    """Return the handler of a button on the case page that has no fields."""

    def handler(visit: Visit) -> Response:
        use_case(visit.services, visit.act, visit.key)
        return finish_action(visit, f"/case/{visit.key}")

    return handler

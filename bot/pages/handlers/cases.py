"""The pages of a stopped recording: the officer's case, and the reporter's own."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import Site, Visit
from bot.pages.forms import number_in, one_of
from bot.pages.handlers.listen import player_values
from bot.pages.handlers.transcript import masked_words
from bot.pages.player_routes import player_routes
from bot.pages.responses import done, html
from bot.pages.routing import action, page
from bot.pages.sign_in.step_up import chosen, reason_values
from bot.rules.erasure.holds import PRESETS
from bot.usecases.context import Act
from bot.usecases.distress import case_pages, cases, officer
from bot.usecases.distress.hear_case import CaseSnippet
from bot.usecases.services import Services
from storage.records import Case, Severity


def routes(site: Site) -> list[BaseRoute]:
    """Everything under /case and /stopped."""
    return [
        page(site, "/case", list_cases),
        page(site, "/case/{key}", show),
        action(site, "/case/{key}/acknowledge", _act(officer.acknowledge)),
        action(site, "/case/{key}/not-an-emergency", _act(officer.lower_severity)),
        action(site, "/case/{key}/hand-over", hand_over),
        action(site, "/case/{key}/step", step),
        action(site, "/case/{key}/close", close, form=show),
        page(site, "/case/{key}/hold", show_hold),
        action(site, "/case/{key}/hold", place_hold, form=show_hold),
        *player_routes(site, "/case", CaseSnippet),
        page(site, "/stopped/{key}", stopped),
        action(site, "/stopped/{key}/grade", grade),
        action(site, "/stopped/{key}/not-enough", not_enough),
    ]


def list_cases(visit: Visit) -> Response:
    """GET /case: those due first."""
    found = case_pages.case_list(visit.services, visit.act)
    return html(visit, "cases.html", cases=found, now=visit.act.now)


def show(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /case/<key>."""
    found = case_pages.case_page(visit.services, visit.act, visit.key)
    values = player_values(
        visit, found.snippet, base=f"/case/{visit.key}"
    ) | reason_values(visit)
    values["words"] = masked_words(found.snippet) if found.snippet else ()
    values["chosen"] = chosen(visit, "clip")
    return html(
        visit, "case.html", page=found, error=error, now=visit.act.now, **values
    )


def hand_over(visit: Visit) -> Response:
    """POST /case/<key>/hand-over."""
    officer.hand_over(
        visit.services, visit.act, visit.key, visit.form.get("officer", "")
    )
    return done(visit, "/case")


def step(visit: Visit) -> Response:
    """POST /case/<key>/step: one step of the checklist is done."""
    officer.tick(visit.services, visit.act, visit.key, visit.form.get("step", ""))
    return done(visit, f"/case/{visit.key}")


def close(visit: Visit) -> Response:
    """POST /case/<key>/close, with the reply."""
    reply = visit.form.get(
        "reason", ""
    )  # the name under which a step-up keeps what was typed
    release = visit.form.get("clip") == "release"
    if not release and visit.form.get("clip") != "keep":
        raise Invalid(
            "Choose whether the recording opens again or stays closed.", field="clip"
        )
    officer.close(visit.services, visit.act, visit.key, reply=reply, release=release)
    return done(visit, f"/case/{visit.key}")


def show_hold(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /case/<key>/hold: for how long, and why."""
    found = case_pages.case_page(visit.services, visit.act, visit.key)
    days = chosen(visit, "days")
    values = {
        **reason_values(visit),
        "presets": PRESETS,
        "days_chosen": days,
        "error": error,
    }
    return html(visit, "hold.html", page=found, **values)


def place_hold(visit: Visit) -> Response:
    """POST /case/<key>/hold."""
    officer.hold_clip(
        visit.services,
        visit.act,
        visit.key,
        days=number_in(visit, "days"),
        reason=visit.form.get("reason", ""),
    )
    return done(visit, f"/case/{visit.key}")


def stopped(visit: Visit) -> Response:
    """GET /stopped/<key>: the reporter's page."""
    found = cases.my_report(visit.services, visit.act, visit.key)
    return html(visit, "stopped.html", page=found)


def grade(visit: Visit) -> Response:
    """POST /stopped/<key>/grade."""
    typed = visit.form.get("severity", "")
    severity = one_of(Severity, typed, "Choose one of the three, or none.")
    cases.grade(visit.services, visit.act, visit.key, severity)
    return done(visit, f"/stopped/{visit.key}")


def not_enough(visit: Visit) -> Response:
    """POST /stopped/<key>/not-enough."""
    officer.reopen(visit.services, visit.act, visit.key)
    return done(visit, f"/stopped/{visit.key}")


def _act(use_case: Callable[[Services, Act, str], Case]) -> Callable[[Visit], Response]:
    def handler(visit: Visit) -> Response:
        use_case(visit.services, visit.act, visit.key)
        return done(visit, f"/case/{visit.key}")

    return handler

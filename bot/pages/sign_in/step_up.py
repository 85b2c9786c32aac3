"""Step-up: a fresh sign-in before a grave act, and the form values it keeps."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from bot.errors import Refused
from bot.pages.context import Visit
from bot.pages.paths import local_path
from bot.pages.responses import render_page, render_problem
from bot.usecases.people.step_up import keep_reason, read_kept_reason, step_up_refusal
from storage.records import Login

# The fields, besides the reason, that the page of the form shows again.
_CHOICES = ("days", "clip", "stops", "case")


def reason_values(visit: Visit) -> dict[str, Any]:
    """Return the values for a page whose form asks for a reason.

    `typed_reason` is the reason as typed before an error or a sign-in; `is_fresh` is
    whether the sign-in is recent enough for a grave act, and `is_login_unshown` whether
    Slack did not show the new login that was asked for.
    """
    assert visit.person is not None
    typed = visit.form.get("reason")
    if not typed:
        typed = read_kept_reason(visit.services, visit.person, _form_page(visit))
    act = visit.act
    is_fresh = step_up_refusal(visit.services, act) is None
    return {
        "typed_reason": typed,
        "is_fresh": is_fresh,
        "is_login_unshown": act.login is Login.ASKED,
    }


def render_step_up(
    visit: Visit,
    error: Refused,
) -> Response:
    """Return the response to a grave act without a fresh sign-in.

    The page of the form shows the typed values again after the sign-in.
    """
    if visit.wants_json:
        return render_problem(visit, error, 403)
    page = _form_page(visit)
    reason = visit.form.get("reason")
    if visit.person is not None and reason:
        keep_reason(
            visit.services,
            visit.act,
            page,
            reason,
        )
    choices = [
        (name, value) for name in _CHOICES for value in visit.several.get(name, ())
    ]
    if choices:
        page = f"{page}?{urlencode(choices)}"
    sentence = str(error)
    return render_page(
        visit,
        "step_up.html",
        403,
        sentence=sentence,
        to=page,
    )


def find_choice(
    visit: Visit,
    name: str,
) -> str:
    """Return the choice made before an error or a sign-in; empty without one."""
    typed = visit.form.get(name)
    if typed:
        return typed
    return visit.request.query_params.get(name, "")


def _form_page(visit: Visit) -> str:
    """Return the address of the form's page.

    The form has the field `page` if that is not the address it is sent to.
    """
    page = visit.form.get("page")
    if not page:
        page = visit.request.url.path
    return local_path(page)

"""Signing in once more before a grave act: the form's values, and the page that asks
for it.
"""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from bot.errors import Refused
from bot.pages.context import Visit
from bot.pages.paths import local_path
from bot.pages.responses import html, problem
from bot.usecases.people.step_up import keep_reason, kept_reason, step_up_refusal

_CHOICES = ("days", "clip")


def reason_values(visit: Visit) -> dict[str, Any]:
    """For a page whose form asks for a reason: `typed_reason` is what was typed there
    before.
    """
    assert visit.person is not None
    typed = visit.form.get("reason") or kept_reason(
        visit.services, visit.person, _here(visit)
    )
    return {"typed_reason": typed, "is_fresh": step_up_refusal(visit.act) is None}


def sign_in_once_more(visit: Visit, error: Refused) -> Response:
    """The answer to a grave act without a fresh sign-in. What was typed comes back
    afterwards.

    The form's `page` field names the page it is on, where that is not the address it is
    sent to.
    """
    if visit.wants_json:
        return problem(visit, error, 403)
    if visit.person is not None and visit.form.get("reason"):
        keep_reason(visit.services, visit.act, _here(visit), visit.form["reason"])
    kept = urlencode(
        {name: visit.form[name] for name in _CHOICES if name in visit.form}
    )
    to = f"{_here(visit)}?{kept}" if kept else _here(visit)
    return html(visit, "step_up.html", 403, sentence=str(error), to=to)


def chosen(visit: Visit, name: str) -> str:
    """What was chosen beside the reason, before an error or the sign-in; empty for
    nothing.
    """
    return visit.form.get(name) or visit.request.query_params.get(name, "")


def _here(visit: Visit) -> str:
    return local_path(visit.form.get("page") or visit.request.url.path)

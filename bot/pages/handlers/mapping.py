"""A change of who holds a role, and the administrator who agrees to it."""

from starlette.responses import Response

from bot.errors import Invalid
from bot.pages.context import Visit
from bot.pages.responses import done, html
from bot.pages.sign_in.step_up import reason_values
from bot.rules.desks import Holders
from bot.rules.people.roles import role_label
from bot.usecases.people import role_mapping


def show(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /mapping."""
    found = role_mapping.view_waiting(visit.services, visit.act)
    values = {**reason_values(visit), "waiting": found, "error": error}
    titles = {c.name: _title(visit, c.name) for c in found.changes} if found else {}
    return html(visit, "mapping.html", titles=titles, nobody=Holders(), **values)


def confirm(visit: Visit) -> Response:
    """POST /mapping."""
    seen, reason = visit.form.get("seen", ""), visit.form.get("reason", "")
    role_mapping.confirm(visit.services, visit.act, seen=seen, reason=reason)
    return done(visit, "/mapping")


def _title(visit: Visit, name: str) -> str:
    """`english-us/less_masked` in words."""
    desk_id, _, role = name.rpartition("/")
    desks = (visit.services.desks.written or visit.services.desks).desks
    place = (
        f"{desks[desk_id].name}: "
        if desk_id in desks
        else f"{desk_id}: "
        if desk_id
        else ""
    )
    return place + role_label(role)

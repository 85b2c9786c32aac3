"""Step-up: the new login that the gravest acts need besides a role."""

from datetime import datetime, timedelta

from bot.rules.refusals import Refusal, refuse
from storage.records import Action, Login

FRESH_FOR = timedelta(minutes=5)
# The most that Slack's clock and ours may be apart.
LEEWAY = timedelta(seconds=60)

STEP_UP = refuse("step_up")
NO_NEW_LOGIN = refuse("no_new_login")

# The events of these acts report whether Slack showed a new login.
GRAVE_ACTIONS = frozenset(
    {
        Action.ROLES_MAPPED,
        Action.HOLD_PLACED,
        Action.HOLD_RELEASED,
        Action.CLIP_RELEASED,
        Action.CLIP_ERASED,
        Action.PERSON_ERASED,
        Action.ERASURE_ASKED,
        Action.CLOSER_ASKED,
        Action.CLOSER_APPROVED,
        Action.SNIPPET_HEARD_CLOSER,
        Action.SNIPPET_HEARD_UNMASKED,
        Action.TOOL_MADE,
    }
)


def login_shown(
    *,
    asked_new: bool,
    began_at: datetime,
    logged_in_at: datetime | None,
) -> Login:
    """Return what Slack showed about the login behind a sign-in that began then.

    `logged_in_at` is Slack's `auth_time`, None where Slack omits it.
    """
    if logged_in_at is not None and logged_in_at >= began_at - LEEWAY:
        return Login.NEW
    if asked_new:
        return Login.ASKED
    return Login.EARLIER


def step_up(
    signed_in_at: datetime | None,
    login: Login,
    now: datetime,
    *,
    is_new_login_required: bool,
) -> Refusal | None:
    """Return None if a new login was asked for within the last five minutes.

    With `is_new_login_required`, Slack must have shown it too.
    """
    if signed_in_at is None or login is Login.EARLIER:
        return STEP_UP
    if now - signed_in_at > FRESH_FOR:
        return STEP_UP
    if is_new_login_required and login is not Login.NEW:
        return NO_NEW_LOGIN
    return None

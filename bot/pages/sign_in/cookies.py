"""The two cookies: one holds the session, one a sealed sign-in under way."""

from datetime import timedelta

from starlette.responses import Response

from bot.pages.context import PageContext
from bot.usecases.people.sessions import SESSION_LASTS
from bot.usecases.people.sign_ins import SIGN_IN_LASTS

SESSION_COOKIE = "help_clip_session"


def session_cookie(context: PageContext) -> str:
    """Return the name of the session's cookie."""
    return _name(context, SESSION_COOKIE)


def state_cookie(
    context: PageContext,
    state: str,
) -> str:
    """Return the name of a sign-in's cookie.

    Each sign-in has its own, so that two tabs do not disturb each other.
    """
    return _name(context, f"help_clip_sign_in_{state[:6]}")


def set_session(
    context: PageContext,
    response: Response,
    token: str,
) -> None:
    """Sign this browser in with the session's `token`."""
    _set(
        context,
        response,
        session_cookie(context),
        token,
        SESSION_LASTS,
    )


def set_state(
    context: PageContext,
    response: Response,
    state: str,
    sealed: str,
) -> None:
    """Keep a sealed sign-in in this browser, and nowhere else."""
    _set(
        context,
        response,
        state_cookie(context, state),
        sealed,
        SIGN_IN_LASTS,
    )


def delete_cookie(
    context: PageContext,
    response: Response,
    name: str,
) -> None:
    """Delete a cookie from this browser."""
    _set(
        context,
        response,
        name,
        "",
        timedelta(0),
    )


def _set(
    context: PageContext,
    response: Response,
    name: str,
    value: str,
    lasts: timedelta,
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=context.is_secure,
        httponly=True,
        # Lax, not Strict: links in Slack must find the person signed in.
        samesite="lax",
    )


def _name(
    context: PageContext,
    name: str,
) -> str:
    # Browsers accept __Host- only with Secure, Path=/ and no Domain (RFC 6265bis
    # section 4.1.3.2).
    if context.is_secure:
        return f"__Host-{name}"
    return name

"""The two cookies: who is signed in, and which browser began a sign-in."""

from datetime import timedelta

from starlette.responses import Response

from bot.pages.context import Site
from bot.usecases.people.sessions import SESSION_LASTS, SIGN_IN_LASTS


def session_cookie(site: Site) -> str:
    """The name of the session's cookie."""
    return _name(site, "help_clip_session")


def state_cookie(site: Site, state: str) -> str:
    """The name of a sign-in's cookie: one for each, so that two tabs do not disturb
    each other.
    """
    return _name(site, f"help_clip_sign_in_{state[:6]}")


def set_session(site: Site, response: Response, token: str) -> None:
    """Sign this browser in."""
    _set(site, response, session_cookie(site), token, SESSION_LASTS)


def set_state(site: Site, response: Response, state: str) -> None:
    """Bind a sign-in to this browser."""
    _set(site, response, state_cookie(site, state), state, SIGN_IN_LASTS)


def drop(site: Site, response: Response, name: str) -> None:
    """Take a cookie away."""
    _set(site, response, name, "", timedelta(0))


def _set(
    site: Site, response: Response, name: str, value: str, lasts: timedelta
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=site.secure,
        httponly=True,
        # Lax, not Strict: links in Slack must find the person signed in.
        samesite="lax",
    )


def _name(site: Site, name: str) -> str:
    # Browsers accept __Host- only with Secure, Path=/ and no Domain (RFC 6265bis
    # section 4.1.3.2).
    return f"__Host-{name}" if site.secure else name

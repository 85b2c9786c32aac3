"""The language of a visitor's browser."""

from starlette.requests import Request

from bot.text.language import language_accepted


def browser_language(request: Request) -> str:
    """Return the language that the browser asks for, English if it is not known."""
    return language_accepted(request.headers.get("accept-language", ""))

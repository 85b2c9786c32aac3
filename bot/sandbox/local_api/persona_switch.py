"""`POST /sandbox/persona`: another persona takes this browser.

The app's pages know one person a browser. They have the sandbox's host and another
port, and cookies belong to a host, so the sandbox can delete theirs: the pages then
sign in the new persona instead of taking this browser for the earlier one.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.sandbox import Sandbox


async def switch_persona(request: Request) -> Response:
    """Delete the cookies that keep this browser signed in with the app."""
    sandbox: Sandbox = request.app.state.sandbox
    response = JSONResponse({"ok": True})
    welcome = sandbox.welcome or {}
    for name in welcome.get("sign_in_cookies", ()):
        response.delete_cookie(
            name,
            httponly=True,
            samesite="lax",
        )
    return response


PERSONA_ROUTES = [Route("/sandbox/persona", switch_persona, methods=["POST"])]

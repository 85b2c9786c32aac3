"""A running sandbox as tests use it: Web API calls, and acting as a person."""

from dataclasses import dataclass, field
from typing import Any

import httpx

BOT = "xoxb-sandbox"
APP = "xapp-sandbox"
_CLIENT_ID = "1000.2000"
_CLIENT_SECRET = "sandbox-client-secret"
_REDIRECT_URI = "http://127.0.0.1:9/back"
Json = dict[str, Any]


@dataclass
class Workspace:
    """The workspace at `url`."""

    url: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=10, trust_env=False)

    def api(self, method: str, token: str | None = BOT, **arguments: Any) -> Json:
        """Return the answer to one Web API call with a JSON body."""
        answer: Json = self.raw_api(method, token, **arguments).json()
        return answer

    def raw_api(
        self,
        method: str,
        token: str | None = BOT,
        **arguments: Any,
    ) -> httpx.Response:
        """Return the HTTP response to one Web API call with a JSON body."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.http.post(f"/api/{method}", json=arguments, headers=headers)

    def act(self, path: str, as_: str = "U0REVIEW1", **body: Any) -> Json:
        """Act as a person by `POST /sandbox/<path>`, and return the answer."""
        response = self.http.post(f"/sandbox/{path}", json={"as": as_, **body})
        answer: Json = response.json()
        return answer

    def read(self, path: str, as_: str = "U0REVIEW1", **query: Any) -> Json:
        """Return the answer to `GET /sandbox/<path>` as a person."""
        response = self.http.get(f"/sandbox/{path}", params={"as": as_, **query})
        answer: Json = response.json()
        return answer

    def messages(
        self,
        channel: str,
        as_: str = "U0REVIEW1",
        **query: Any,
    ) -> list[Json]:
        """Return the messages that a person sees in a channel."""
        answer = self.read("messages", as_, channel=channel, **query)
        return list(answer["messages"])

    def write(
        self,
        text: str = "hello",
        channel: str = "C0HELPENUS",
        as_: str = "U0REVIEW1",
    ) -> str:
        """Post a message as a person, and return its ts."""
        return str(self.act("message", as_, channel=channel, text=text)["ts"])

    def post(
        self,
        text: str = "from the app",
        channel: str = "C0HELPENUS",
        **more: Any,
    ) -> str:
        """Post a message as the app, and return its ts."""
        answer = self.api("chat.postMessage", channel=channel, text=text, **more)
        return str(answer["ts"])

    def change(self, **body: Any) -> Json:
        """Change the workspace as an administrator."""
        return self._control("change", body)

    def fault(self, **body: Any) -> Json:
        """Ask for a fault."""
        return self._control("faults", body)

    def config(self, **body: Any) -> Json:
        """Change the sandbox's settings."""
        return self._control("config", body)

    def _control(self, path: str, body: Json) -> Json:
        answer: Json = self.http.post(f"/sandbox/{path}", json=body).json()
        assert answer["ok"], answer
        return answer

    def deliveries(self, name: str | None = None) -> list[Json]:
        """Return the deliveries to the app, oldest first, with `name` one kind."""
        query = {"direction": "to_app"}
        if name:
            query["method"] = name
        return list(self.read("calls", **query)["calls"])

    def sign_in(
        self,
        user_id: str = "U0REVIEW1",
        scope: str = "openid,profile,email",
    ) -> str:
        """Sign in as a page does, and return the user token."""
        form = {
            "client_id": _CLIENT_ID,
            "response_type": "code",
            "scope": scope,
            "redirect_uri": _REDIRECT_URI,
            "state": "s",
            "nonce": "n",
            "user_id": user_id,
        }
        code = self._authorize("/openid/connect/authorize", form)
        return str(self._redeem("openid.connect.token", code)["access_token"])

    def install(self, user_id: str, user_scope: str) -> str:
        """Install the app, and return the user token with these scopes."""
        form = {
            "client_id": _CLIENT_ID,
            "scope": "chat:write",
            "user_scope": user_scope,
            "redirect_uri": _REDIRECT_URI,
            "state": "s",
            "user_id": user_id,
        }
        code = self._authorize("/oauth/v2/authorize", form)
        installed = self._redeem("oauth.v2.access", code)
        return str(installed["authed_user"]["access_token"])

    def _authorize(self, path: str, form: Json) -> str:
        """Return the code that the redirect carries."""
        answer = self.http.post(path, data=form)
        return httpx.URL(answer.headers["location"]).params["code"]

    def _redeem(self, method: str, code: str) -> Json:
        return self.api(
            method,
            token=None,
            client_id=_CLIENT_ID,
            client_secret=_CLIENT_SECRET,
            code=code,
            redirect_uri=_REDIRECT_URI,
        )

"""A running sandbox as tests talk to it: Web API calls, and acting as a person."""

from dataclasses import dataclass, field
from typing import Any

import httpx

BOT = "xoxb-sandbox"
APP = "xapp-sandbox"
Json = dict[str, Any]


@dataclass
class Workspace:
    url: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=10, trust_env=False)

    def api(self, method: str, token: str | None = BOT, **arguments: Any) -> Json:
        """One Web API call with a JSON body."""
        answer: Json = self.raw_api(method, token, **arguments).json()
        return answer

    def raw_api(
        self, method: str, token: str | None = BOT, **arguments: Any
    ) -> httpx.Response:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.http.post(f"/api/{method}", json=arguments, headers=headers)

    def act(self, path: str, as_: str = "U0REVIEW1", **body: Any) -> Json:
        """Do something as a person, through the driver."""
        answer: Json = self.http.post(
            f"/sandbox/{path}", json={"as": as_, **body}
        ).json()
        return answer

    def look(self, path: str, as_: str = "U0REVIEW1", **query: Any) -> Json:
        answer: Json = self.http.get(
            f"/sandbox/{path}", params={"as": as_, **query}
        ).json()
        return answer

    def messages(
        self, channel: str, as_: str = "U0REVIEW1", **query: Any
    ) -> list[Json]:
        found: list[Json] = self.look("messages", as_, channel=channel, **query)[
            "messages"
        ]
        return found

    def say(
        self, text: str = "hello", channel: str = "C0HELPENUS", as_: str = "U0REVIEW1"
    ) -> str:
        """A person posts a message; its ts."""
        return str(self.act("message", as_, channel=channel, text=text)["ts"])

    def post(
        self, text: str = "from the app", channel: str = "C0HELPENUS", **more: Any
    ) -> str:
        """The app posts a message; its ts."""
        return str(
            self.api("chat.postMessage", channel=channel, text=text, **more)["ts"]
        )

    def change(self, **body: Any) -> Json:
        answer: Json = self.http.post("/sandbox/change", json=body).json()
        assert answer["ok"], answer
        return answer

    def fault(self, **body: Any) -> Json:
        answer: Json = self.http.post("/sandbox/faults", json=body).json()
        assert answer["ok"], answer
        return answer

    def config(self, **body: Any) -> Json:
        answer: Json = self.http.post("/sandbox/config", json=body).json()
        assert answer["ok"], answer
        return answer

    def deliveries(self, name: str | None = None) -> list[Json]:
        """What the app was sent, oldest first."""
        query = {"direction": "to_app"} | ({"method": name} if name else {})
        found: list[Json] = self.look("calls", **query)["calls"]
        return found

    def sign_in(
        self, user_id: str = "U0REVIEW1", scope: str = "openid,profile,email"
    ) -> str:
        """A user token, got as a page would get it."""
        asked = {
            "client_id": "1000.2000",
            "response_type": "code",
            "scope": scope,
            "redirect_uri": "http://127.0.0.1:9/back",
            "state": "s",
            "nonce": "n",
        }
        answer = self.http.post(
            "/openid/connect/authorize", data={**asked, "user_id": user_id}
        )
        code = httpx.URL(answer.headers["location"]).params["code"]
        token = self.api(
            "openid.connect.token",
            token=None,
            client_id="1000.2000",
            client_secret="sandbox-client-secret",
            code=code,
            redirect_uri="http://127.0.0.1:9/back",
        )
        return str(token["access_token"])

    def install(self, user_id: str, user_scope: str) -> str:
        """A user token with these scopes, got by installing the app."""
        form = {
            "client_id": "1000.2000",
            "scope": "chat:write",
            "user_scope": user_scope,
            "redirect_uri": "http://127.0.0.1:9/back",
            "state": "s",
            "user_id": user_id,
        }
        answer = self.http.post("/oauth/v2/authorize", data=form)
        installed = self.api(
            "oauth.v2.access",
            token=None,
            client_id="1000.2000",
            client_secret="sandbox-client-secret",
            code=httpx.URL(answer.headers["location"]).params["code"],
            redirect_uri="http://127.0.0.1:9/back",
        )
        return str(installed["authed_user"]["access_token"])

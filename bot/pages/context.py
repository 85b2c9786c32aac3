"""The collaborators of all pages, and one visit to a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request

from bot.pages.client_address import client_address
from bot.pages.live.memory import LiveMemory
from bot.pages.sign_in.openid import SlackSignIn
from bot.pages.sign_in.signing_keys import KeySet
from bot.rules.listening.access_conditions import Address, Network
from bot.rules.people.browser_kind import browser_kind
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Login, Origin, Person, Session

# A session is bound to the pseudonym of its browser's User-Agent under this purpose.
_USER_AGENT = b"user agent"


@dataclass(
    frozen=True,
    kw_only=True,
)
class PageContext:
    """The collaborators of all pages."""

    services: Services
    slack: SlackSignIn
    http: httpx.Client
    keys: KeySet
    clock: Callable[[], datetime]
    live_memory: LiveMemory
    trusted_proxies: Sequence[Network] = ()

    @property
    def is_secure(self) -> bool:
        """Return whether browsers reach the pages over HTTPS."""
        return self.services.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Return the web origin of the pages, without a path."""
        parts = urlsplit(self.services.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def redirect_uri(self) -> str:
        """Return the address that Slack sends browsers back to after a sign-in."""
        base = self.services.public_url.rstrip("/")
        return f"{base}/sign-in/done"

    def network(self, request: Request) -> Address | None:
        """Return the network address of the visitor, None if it is unreadable."""
        return client_address(request, self.trusted_proxies)

    def browser(self, request: Request) -> str:
        """Return a pseudonym of the User-Agent, which binds a session to its browser."""
        agent = request.headers.get("user-agent", "")
        return self.services.snippet_key.pseudonym(_USER_AGENT, agent)

    def is_browser(self, request: Request, pseudonym: str) -> bool:
        """Return whether the pseudonym is of this User-Agent, under any SNIPPET_KEY."""
        agent = request.headers.get("user-agent", "")
        return self.services.snippet_key.stands_for(pseudonym, _USER_AGENT, agent)

    def browser_kind(self, request: Request) -> str:
        """Return a name such as "Firefox on Linux"; empty for an unknown browser."""
        agent = request.headers.get("user-agent", "")
        browser, system = browser_kind(agent)
        if browser and system:
            return text("pages.sessions.kind", browser=browser, system=system)
        return browser or system

    def act(
        self,
        request: Request,
        session: Session | None,
    ) -> Act:
        """Return the act of this request, at this moment."""
        network = self.network(request)
        return Act(
            person=session.person if session else None,
            origin=Origin.PAGE,
            now=self.clock(),
            address=self._pseudonym_of(network),
            network=network,
            signed_in_at=session.authenticated_at if session else None,
            login=session.login if session else Login.EARLIER,
        )

    def _pseudonym_of(self, network: Address | None) -> str | None:
        if network is None:
            return None
        key = self.services.snippet_key
        return key.pseudonym(b"network address", str(network))


@dataclass(
    frozen=True,
    kw_only=True,
)
class Visit:
    """One request to a page. `session` is None only on pages that need no sign-in."""

    context: PageContext
    request: Request
    form: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    session: Session | None

    @property
    def services(self) -> Services:
        return self.context.services

    @property
    def person(self) -> Person | None:
        """Return the signed-in person."""
        if self.session is None:
            return None
        return self.session.person

    @property
    def name(self) -> str:
        """Return the name shown to the signed-in person; empty without a session."""
        if self.session is None:
            return ""
        return self.session.name or self.session.person.user_id

    @property
    def csrf(self) -> str:
        """Return the token of the session's forms; empty without a session."""
        if self.session is None:
            return ""
        return self.session.csrf

    @property
    def act(self) -> Act:
        return self.context.act(self.request, self.session)

    @property
    def key(self) -> str:
        """Return the key in the address."""
        return str(self.request.path_params["key"])

    @property
    def wants_json(self) -> bool:
        """Return whether a script sent the request, not a browser that shows a page."""
        accept = self.request.headers.get("accept", "")
        return "application/json" in accept

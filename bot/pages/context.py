"""What every page works with, and one visit to a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request

from bot.pages.client_address import client_address
from bot.pages.sign_in.openid import SlackSignIn
from bot.pages.sign_in.signing_keys import KeySet
from bot.rules.listening.access_conditions import Address, Network
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Origin, Person, Session


@dataclass(frozen=True, kw_only=True)
class Site:
    """The collaborators of all pages."""

    services: Services
    slack: SlackSignIn
    http: httpx.Client
    keys: KeySet
    clock: Callable[[], datetime]
    trusted_proxies: Sequence[Network] = ()

    @property
    def secure(self) -> bool:
        return self.services.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.services.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def redirect_uri(self) -> str:
        return f"{self.services.public_url.rstrip('/')}/sign-in/done"

    def network(self, request: Request) -> Address | None:
        """Where a visit comes from."""
        return client_address(request, self.trusted_proxies)

    def browser(self, request: Request) -> str:
        """Which browser asks, as far as a session wants to know."""
        agent = request.headers.get("user-agent", "")
        return self.services.snippet_key.pseudonym(b"user agent", agent)

    def act(self, request: Request, session: Session | None) -> Act:
        """The act of this request, at this moment."""
        return Act(
            person=session.person if session else None,
            origin=Origin.PAGE,
            now=self.clock(),
            address=self._address(request),
            network=self.network(request),
            signed_in_at=session.authenticated_at if session else None,
        )

    def _address(self, request: Request) -> str | None:
        network = self.network(request)
        key = self.services.snippet_key
        return key.pseudonym(b"network address", str(network)) if network else None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request to a page. `session` is None only on pages that need nobody signed
    in.
    """

    site: Site
    request: Request
    form: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    session: Session | None

    @property
    def services(self) -> Services:
        return self.site.services

    @property
    def person(self) -> Person | None:
        return self.session.person if self.session else None

    @property
    def name(self) -> str:
        """What the person is called on their own pages."""
        return (
            (self.session.name or self.session.person.user_id) if self.session else ""
        )

    @property
    def act(self) -> Act:
        return self.site.act(self.request, self.session)

    @property
    def key(self) -> str:
        return str(self.request.path_params["key"])

    @property
    def wants_json(self) -> bool:
        """Whether a script asks rather than a browser that shows what it gets."""
        return "application/json" in self.request.headers.get("accept", "")

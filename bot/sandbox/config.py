"""Settings of one sandbox, and the fixed names of its default workspace."""

from dataclasses import dataclass, field
from pathlib import Path

BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
WEST_TOKEN = "xoxb-sandbox-west"
"""The bot token of the second workspace, where each has one."""
ADMIN_TOKEN = "xoxp-sandbox"
"""The user token of ADMIN_USER_ID, an administrator of the workspace."""
SIGNING_SECRET = "sandbox-signing-secret"
CLIENT_ID = "1000.2000"
CLIENT_SECRET = "sandbox-client-secret"
VERIFICATION_TOKEN = "sandbox-verification-token"
TEAM_ID = "T0SANDBOX"
TEAM_NAME = "Sandbox"
TEAM_DOMAIN = "sandbox"
OTHER_TEAM_ID = "T0OTHERCO"
ENTERPRISE_ID = "E0SANDBOX"
WEST_TEAM_ID = "T0WEST001"
FAR_TEAM_ID = "T0FARAWAY"
"""A workspace of the organisation in which the app is not installed."""
APP_ID = "A0HELPCLIP"
BOT_USER_ID = "U0HELPCLIP"
ADMIN_USER_ID = "U0ADMIN01"
BOT_ID = "B0HELPCLIP"
PERSONA_COOKIE = "sandbox_persona"
"""The last persona of this browser; the sign-in page offers that person first."""
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
NEW_LOGIN_MODES = ("honour", "ignore", "hide")
RATE_LIMIT_MODES = ("off", "real", "bursts")
HISTORY_ORDERS = ("newest", "oldest")
ORGANISATION_MODES = ("off", "workspaces", "org-wide")


@dataclass(frozen=True, kw_only=True)
class SandboxConfig:
    """How to start a sandbox."""

    port: int = 0
    """0 picks a free port."""
    host: str = "127.0.0.1"
    state: Path | None = None
    """The state file; None keeps everything in memory."""
    manifest: Path | None = None
    welcome: Path | None = None
    """The welcome file, shown in an empty channel; None shows no steps."""
    request_url: str | None = None
    redirect_uris: tuple[str, ...] = ()
    """Empty: any loopback address is accepted as redirect_uri."""
    public_url: str | None = None
    """The address that its answers name, such as that of a TLS proxy; None: its own."""
    issuer: str | None = None
    """`iss` of id_tokens; None means the sandbox's own base URL."""
    new_logins: str = "honour"
    """What a request for a new login meets: `honour`, `ignore` (the id_token has the
    time of the earlier login) or `hide` (it has no `auth_time`)."""
    rate_limits: str = "off"
    """`off`, `real` or `bursts` (real, but ten seconds' worth may come at once)."""
    organisation: str = "off"
    """`off`, `workspaces` (two of an organisation, a bot token each) or `org-wide` (one
    bot token for the organisation)."""
    history_order: str = "newest"
    """The messages that conversations.history returns first for `oldest` without
    `latest`: the `newest` ones, or those closest to `oldest`."""
    retry_delays_s: tuple[float, ...] = field(default=(0.5, 60.0, 300.0))
    """Waits before the three redeliveries of an event (Slack: none, 1 min, 5 min)."""
    redelivery_s: float = 15.0
    """Wait before an unacknowledged command or interaction is sent once more."""
    events_per_hour: int = 30_000
    """With rate limits on: further events are lost, and app_rate_limited is sent."""
    failing_events: int = 1000
    """With rate limits on: from so many an hour, 95 % failures switch events off."""
    end_with_stdin: bool = False
    """Stop when standard input ends, which it does when the parent process is gone."""
    socket_lifetime_s: float = 18060.0
    """Life of a Socket Mode connection until `refresh_requested`."""

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK_HOSTS:
            raise ValueError(
                f"the sandbox has no passwords: it binds to loopback, not {self.host}"
            )
        if self.new_logins not in NEW_LOGIN_MODES:
            raise ValueError(
                f"new_logins is honour, ignore or hide, not {self.new_logins!r}"
            )
        if self.organisation not in ORGANISATION_MODES:
            raise ValueError(
                "organisation is off, workspaces or org-wide, "
                f"not {self.organisation!r}"
            )
        if self.history_order not in HISTORY_ORDERS:
            raise ValueError(
                f"history_order is newest or oldest, not {self.history_order!r}"
            )
        if self.rate_limits not in RATE_LIMIT_MODES:
            raise ValueError(
                f"rate_limits is off, real or bursts, not {self.rate_limits!r}"
            )

"""Opening Slack: a client with a token that Slack accepts, and why it does not."""

from dataclasses import dataclass
from datetime import timedelta

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.config.settings import Settings, secret_value
from bot.errors import HelpClipError, Invalid, Unavailable
from bot.rules.slack_calls.errors import Course, course_of
from bot.slack.client import KeptWebClient
from bot.slack.manifest import missing_scopes
from bot.slack.retry import TOO_MANY_REQUESTS, error_code, retry_after
from bot.text import text

# A row may take three Slack calls: open a conversation, look for an earlier post, and
# post. Even if all of them hang, they are given up before the row's lease ends and
# another replica posts the message too.
CALLS_IN_A_LEASE = 4


class SlackAway(Unavailable):
    """Slack is not reached, or cannot answer now; `after` is the pause it asks for."""

    def __init__(self, sentence: str, after: timedelta) -> None:
        super().__init__(sentence)
        self.after = after


@dataclass(frozen=True, kw_only=True)
class OpenedSlack:
    """A client, the identity of its token, and the scopes that the token lacks."""

    client: KeptWebClient
    identity: AuthorizeResult
    missing_scopes: list[str]


def open_slack(settings: Settings) -> OpenedSlack:
    """Return a client with a token that Slack accepts, after one call of auth.test.

    Raises `SlackAway`, or `Invalid` if Slack refuses the token.
    """
    token = settings.slack_bot_token.get_secret_value()
    client = _web_client(settings, token)
    try:
        me = client.auth_test()
    except SlackApiError as error:
        raise _token_refused(error, "bot_token_refused") from None
    except OSError as error:
        problem = text(
            "cli.wiring.slack_does_not_answer",
            address=settings.slack_api_url,
            kind=type(error).__name__,
        )
        raise SlackAway(problem, timedelta(0)) from None
    identity = AuthorizeResult(
        enterprise_id=me.get("enterprise_id"),
        team_id=me["team_id"],
        bot_user_id=me["user_id"],
        bot_id=me.get("bot_id"),
        bot_token=token,
    )
    return OpenedSlack(
        client=client,
        identity=identity,
        missing_scopes=missing_scopes(me.headers),
    )


def app_token_client(settings: Settings) -> KeptWebClient | None:
    """Return the client that opens Socket Mode, None without an app token."""
    token = secret_value(settings.slack_app_token)
    if token is None:
        return None
    return _web_client(settings, token)


def _web_client(settings: Settings, token: str) -> KeptWebClient:
    return KeptWebClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=max(1, settings.lease_seconds // CALLS_IN_A_LEASE),
    )


def app_token_refused(error: SlackApiError) -> HelpClipError:
    """Return the error for an app token that Slack refuses, or cannot check now."""
    return _token_refused(error, "app_token_refused")


def _token_refused(error: SlackApiError, sentence: str) -> HelpClipError:
    """Return the error: the token is at fault only where Slack answers that it is."""
    code = error_code(error)
    if course_of(code) is Course.PASSES:
        sentence = text("cli.wiring.slack_is_ill", code=code)
        return SlackAway(sentence, _pause_of(error))
    return Invalid(text(f"cli.wiring.{sentence}", code=code))


def _pause_of(error: SlackApiError) -> timedelta:
    if error.response.status_code != TOO_MANY_REQUESTS:
        return timedelta(0)
    return retry_after(error.response.headers)

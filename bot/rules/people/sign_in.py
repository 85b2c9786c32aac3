"""Which sign-ins are refused, and why."""

from bot.rules.people.permission_table import Refusal
from bot.text import text
from storage.records import Membership

STALE = Refusal(rule="sign_in_stale", sentence=text("refusals.sign_in.stale"))
OTHER_BROWSER = Refusal(
    rule="other_browser", sentence=text("refusals.sign_in.other_browser")
)
ENDED = Refusal(rule="session_ended", sentence=text("refusals.sign_in.ended"))
_OTHER_TEAM = Refusal(rule="other_team", sentence=text("refusals.sign_in.other_team"))


def may_sign_in(*, is_our_team: bool, membership: Membership | None) -> Refusal | None:
    """Return why this person may not sign in.

    A person Slack was not asked about yet (None) may: they hold no role and see nothing.
    """
    if not is_our_team:
        return _OTHER_TEAM
    if membership in (None, Membership.MEMBER):
        return None
    return Refusal(
        rule=f"not_member_{membership}", sentence=text("refusals.sign_in.not_member")
    )

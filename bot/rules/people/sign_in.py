"""Refused sign-ins and ended sessions."""

from bot.rules.refusals import Refusal, refuse
from storage.records import Membership

STALE = refuse("sign_in_stale")
FORGED_STATE = refuse("bad_state")
OTHER_BROWSER = refuse("other_browser")
ENDED = refuse("session_ended")
IDLE = refuse("session_idle")


def may_sign_in(
    *,
    is_our_team: bool,
    membership: Membership | None,
    are_several: bool = False,
) -> Refusal | None:
    """Full members of this workspace, or of several (`are_several`), may sign in.

    A person with an unknown membership (None) may sign in too, because a person
    without a role sees nothing.
    """
    if not is_our_team:
        if are_several:
            return refuse("other_team", "refusals.outside_workspaces")
        return refuse("other_team")
    if membership in (None, Membership.MEMBER):
        return None
    return refuse(f"not_member_{membership}", "refusals.not_member")

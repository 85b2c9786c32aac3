"""Methods this workspace does not offer, each answering as a workspace without it.

A real workspace answers the same: invitations to other organisations switched off by
its administrators, no paid plan for access logs, retired methods, Work Objects not
enabled.
"""

from __future__ import annotations

from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, Handler, method

_INVITES = ("conversations.connect:write",)
_MANAGE = ("conversations.connect:manage",)
_REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "conversations.inviteShared": ("restricted_action", _INVITES),
    "conversations.acceptSharedInvite": ("restricted_action", _INVITES),
    "conversations.approveSharedInvite": ("restricted_action", _MANAGE),
    "conversations.declineSharedInvite": ("restricted_action", _MANAGE),
    "conversations.listConnectInvites": ("restricted_action", _MANAGE),
    "conversations.externalInvitePermissions.set": ("restricted_action", _MANAGE),
    "conversations.requestSharedInvite.approve": ("restricted_action", _MANAGE),
    "conversations.requestSharedInvite.deny": ("restricted_action", _MANAGE),
    "conversations.requestSharedInvite.list": ("restricted_action", _MANAGE),
    "users.discoverableContacts.lookup": ("not_an_enterprise", (*_MANAGE, "team:read")),
    "entity.presentDetails": ("feature_not_enabled", ()),
    "files.upload": ("method_deprecated", ("files:write",)),
    "files.comments.add": ("method_deprecated", ()),
    "files.comments.edit": ("method_deprecated", ()),
    "files.comments.delete": ("method_deprecated", ("files:write",)),
    "conversations.canvases.create": (
        "team_tier_cannot_create_channel_canvases",
        ("canvases:write",),
    ),
    "oauth.v2.user.access": ("preview_feature_not_available", ()),
}


def _refusing(code: str) -> Handler:
    """Return a handler that always raises `code`."""

    def refuse(call: Call) -> Json:
        del call
        raise SlackError(code)

    return refuse


for _name, (_code, _scopes) in _REFUSED.items():
    method(_name, *_scopes)(_refusing(_code))
method("team.accessLogs", "admin", tokens=("user",))(_refusing("paid_only"))

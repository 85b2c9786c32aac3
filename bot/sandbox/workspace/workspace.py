"""People, channels, groups and files of the workspace."""

from dataclasses import dataclass, field

from bot.sandbox.app.manifest import Manifest
from bot.sandbox.ids import new_id
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.default_workspace import (
    default_channels,
    default_people,
    default_usergroups,
)
from bot.sandbox.workspace.files import File
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup


@dataclass
class Workspace:
    """Everything a reset throws away and a state file keeps."""

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)

    def im(self, first: str, second: str) -> Channel | None:
        """The direct message channel between two people, if it was ever opened."""
        pair = {first, second}
        return next(
            (
                c
                for c in self.channels.values()
                if c.kind == "im" and set(c.members) == pair
            ),
            None,
        )

    def open_im(self, first: str, second: str) -> Channel:
        channel = self.im(first, second)
        if channel is None:
            members = [first] if first == second else [first, second]
            channel = Channel(
                id=new_id("D"), name="directmessage", kind="im", members=members
            )
            self.channels[channel.id] = channel
        return channel

    def channels_of(self, user_id: str) -> list[Channel]:
        return [c for c in self.channels.values() if user_id in c.members]

    def private_channel_ids(self) -> frozenset[str]:
        return frozenset(c.id for c in self.channels.values() if c.is_private)

    def latest_ts(self) -> str:
        stamps = (ts for c in self.channels.values() for ts in c.messages)
        return max(stamps, default="0.0")


def new_workspace(manifest: Manifest) -> Workspace:
    return Workspace(
        people={p.id: p for p in default_people(manifest.bot_name)},
        channels={c.id: c for c in default_channels()},
        usergroups={g.id: g for g in default_usergroups()},
    )

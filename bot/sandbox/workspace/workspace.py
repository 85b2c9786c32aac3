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
    """Everything that a reset throws away and a state file keeps, each by its id."""

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)

    def find_im(self, first: str, second: str) -> Channel | None:
        """Return the direct message channel of two people, if it was ever opened."""
        pair = {first, second}
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == pair:
                return channel
        return None

    def open_im(self, first: str, second: str) -> Channel:
        """Return the direct message channel of two people, opened if need be."""
        known = self.find_im(first, second)
        if known is not None:
            return known
        # A note to self has one member.
        members = list(dict.fromkeys([first, second]))
        channel = Channel(
            id=new_id("D"),
            name="directmessage",
            kind="im",
            members=members,
        )
        self.channels[channel.id] = channel
        return channel

    def active_person(self, user_id: str) -> Person | None:
        """Return the person with this id, or None if unknown or deactivated."""
        person = self.people.get(user_id)
        if person is None:
            return None
        if person.deleted:
            return None
        return person

    def visible_channel(self, channel_id: str, user_id: str) -> Channel | None:
        """Return a channel that this full member of the workspace can read, or None."""
        channel = self.channels.get(channel_id)
        if channel is None:
            return None
        if not channel.is_open_to(user_id):
            return None
        return channel

    def joined_channel(self, channel_id: str, user_id: str) -> Channel | None:
        """Return a channel that this person is a member of, or None."""
        channel = self.channels.get(channel_id)
        if channel is None:
            return None
        if user_id not in channel.members:
            return None
        return channel

    def channels_of(self, user_id: str) -> list[Channel]:
        """Return the channels and direct messages a person is a member of."""
        return [
            channel for channel in self.channels.values() if user_id in channel.members
        ]

    def private_channel_ids(self) -> frozenset[str]:
        """Return the ids of private channels and group direct messages."""
        return frozenset(
            channel.id for channel in self.channels.values() if channel.is_private
        )

    def latest_ts(self) -> str:
        """Return the timestamp of the newest message, or `0.0` without any."""
        stamps: list[str] = []
        for channel in self.channels.values():
            stamps += channel.messages
        return max(stamps, default="0.0")


def new_workspace(manifest: Manifest) -> Workspace:
    """Return the default workspace, in which the bot has the manifest's name."""
    people = default_people(manifest.bot_name)
    channels = default_channels()
    groups = default_usergroups()
    return Workspace(
        people={person.id: person for person in people},
        channels={channel.id: channel for channel in channels},
        usergroups={group.id: group for group in groups},
    )

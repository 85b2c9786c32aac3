"""The collaborators of every use case."""

from dataclasses import dataclass, field

from bot.rules.desks import Desks
from bot.rules.people.idle import IdleLimits
from bot.sources import ClipSource, ResultSink
from bot.usecases.people.refused_visitors import RefusedVisitors
from bot.usecases.people.slack_link import SlackLink
from storage.blobs import Blobs
from storage.keys import ClipKeys
from storage.seal import MasterKey
from storage.store import Store


@dataclass(kw_only=True)
class Services:
    """The collaborators of every use case; the wiring builds one at start.

    Only `desks` is ever replaced, as a whole: when changed roles are confirmed. With
    `is_new_login_required`, grave acts need a new login that Slack has shown.
    """

    store: Store
    desks: Desks
    clips: ClipSource
    sink: ResultSink
    blobs: Blobs
    clip_keys: ClipKeys
    snippet_key: MasterKey
    public_url: str
    team_id: str
    enterprise_id: str | None = None
    idle: IdleLimits = field(default_factory=IdleLimits)
    is_new_login_required: bool = False
    refused_visitors: RefusedVisitors = field(default_factory=RefusedVisitors)
    slack_link: SlackLink = field(default_factory=SlackLink)

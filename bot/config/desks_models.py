"""The shape of desks.toml as pydantic models.

A description completes "KEY must be ..."; it stands in the schema for editors and in
the sentence about a mistake.
"""

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.config.desks_values import (
    YEAR_HOURS,
    ChannelId,
    Count,
    DeskName,
    GroupId,
    Hours,
    Locale,
    Minutes,
    Network,
    Sentence,
    TeamId,
    TimeZone,
    UserId,
)
from bot.rules.distress.care import Care
from bot.rules.distress.talk_limits import TalkLimits
from bot.rules.erasure.retention import DRAFT_TIME, Retention
from bot.rules.listening.listening_budget import Budgets
from bot.rules.people.roles import COMPANY_KEYS, DESK_KEYS
from bot.rules.requests.exposure import ExposureLimits
from storage.records import Severity

_MAX_DAYS = 3660
_HOURS = "a number of hours above 0"
_DAYS_WANTED = "a number of days above 0"
_TRUTH = "true or false"
_TEXT = "a string"
_NETWORKS = "a list of networks, such as 203.0.113.0/24"
_CHANNEL = "a channel's id, such as C012AB3CD"


class Section(BaseModel):
    """A table of desks.toml. Types are strict, and an unknown key is an error."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
    )


class HoldersSection(Section):
    """The Slack user ids and user group ids that hold a role."""

    users: list[UserId] = Field(
        default=[], description="a list of Slack user ids, such as U012AB3CD"
    )
    groups: list[GroupId] = Field(
        default=[], description="a list of Slack user group ids, such as S012AB3CD"
    )


class BudgetsSection(Section):
    """One person's listening before playing pauses."""

    listeners: Count = Budgets.listeners
    presses_per_hour: Count = Budgets.presses_per_hour
    clips_per_hour: Count = Budgets.clips_per_hour
    other_language_per_day: Count = Budgets.other_language_per_day
    unanswered_percent: Count = Budgets.unanswered_percent
    personal_reports_per_day: Count = Budgets.personal_reports_per_day


class ExposureSection(Section):
    """How much of one recording and one speaker people hear, and how much they ask."""

    asks_per_clip: Count = ExposureLimits.asks_per_clip
    span_seconds_per_clip: Count = ExposureLimits.span_seconds_per_clip
    heard_seconds_per_clip: Count = ExposureLimits.heard_seconds_per_clip
    heard_seconds_per_speaker: Count = ExposureLimits.heard_seconds_per_speaker
    asks_per_hour: Count = ExposureLimits.asks_per_hour
    transcripts_per_hour: Count = ExposureLimits.transcripts_per_hour
    transcripts_per_clip: Count = ExposureLimits.transcripts_per_clip


class CareSection(Section):
    """The limit after which a listener rests."""

    stops_a_day: int = Field(
        default=Care.stops_a_day,
        ge=1,
        le=1440,
        description="a whole number from 1 to 1440",
    )
    cool_down_minutes: int = Field(
        default=30,
        ge=1,
        le=1440,
        description="a whole number from 1 to 1440",
    )


class TalksSection(Section):
    """How often a person may call colleagues with /clip-talk."""

    asks_per_colleague_per_day: Count = TalkLimits.per_colleague
    asks_per_hour: Count = TalkLimits.per_hour
    not_now_hours: float = Field(
        default=24,
        gt=0,
        le=8760,
        description=f"{_HOURS}, at most 8760",
    )


class SiteSection(Section):
    """The networks of one site."""

    networks: list[Network] = Field(min_length=1, description=_NETWORKS)


class AcknowledgeSection(Section):
    """How many minutes a case of each severity waits for an officer."""

    danger: Minutes = 5
    serious: Minutes = 60
    upsetting: Minutes = 24 * 60

    def minutes(self, severity: Severity) -> float:
        """Return the minutes for this severity."""
        return float(getattr(self, severity))


class StageSection(HoldersSection):
    """The officers called together."""

    channel: ChannelId | None = Field(default=None, description=_CHANNEL)

    @model_validator(mode="after")
    def _calls_a_person(self) -> Self:
        if not any((self.users, self.groups)):
            raise PydanticCustomError("no_stage_holder", "no one to call")
        return self


class ChecklistSection(Section):
    """The steps an officer goes through."""

    country: Sentence = Field(description=_TEXT)
    version: Sentence = Field(description=_TEXT)
    authorities: Sentence = Field(description=_TEXT)
    desks: list[str] = Field(default=[], description="a list of names of desks")
    steps: dict[str, str] = Field(description='a table such as { name = "what to do" }')


class ContactSection(Section):
    """A contact at one site for the person who stopped a recording."""

    site: Sentence = Field(description=_TEXT)
    says: Sentence = Field(description=_TEXT)


class SafetySection(Section):
    """The steps after a recording is stopped as distressing."""

    acknowledge_minutes: AcknowledgeSection = Field(
        default=AcknowledgeSection(),
        description="a table such as { danger = 5, serious = 60, upsetting = 1440 }",
    )
    reply_hours: float = Field(
        default=48,
        gt=0,
        le=YEAR_HOURS,
        description=_HOURS,
    )
    monthly_drill: bool = Field(default=False, description=_TRUTH)
    stages: list[StageSection] = Field(
        default=[], description="sections of their own: [[safety.stages]]"
    )
    checklists: list[ChecklistSection] = Field(
        default=[], description="sections of their own: [[safety.checklists]]"
    )
    contacts: list[ContactSection] = Field(
        default=[], description="sections of their own: [[safety.contacts]]"
    )


DEFAULT_SETTLE = "2 of 3"


class DeskFields(Section):
    """A language variant with its channel. The keys of its roles come with the table."""

    name: str | None = Field(default=None, description=_TEXT)
    locale: Locale = Field(description='a language code, such as "en-US" or "de"')
    channel: ChannelId = Field(description=_CHANNEL)
    workspace: TeamId | None = Field(
        default=None, description="a workspace's id, such as T012AB3CD"
    )
    watched: list[ChannelId] = Field(
        default=[], description='a list of channel ids, such as ["C012AB3CD"]'
    )
    settle: Literal["2 of 2", "2 of 3", "3 of 5"] | None = Field(
        default=None, description='"2 of 2", "2 of 3" or "3 of 5"'
    )
    quorum: int | None = Field(
        default=None,
        ge=2,
        le=9,
        description="a number from 2 to 9",
    )
    shows_counts: bool = Field(default=False, description="true or false")
    filler: Literal["tone", "noise"] = Field(
        default="tone", description='"tone" or "noise"'
    )
    expires_hours: float = Field(
        default=24,
        gt=0,
        le=YEAR_HOURS,
        description=_HOURS,
    )
    answer_within: float = Field(
        default=4,
        gt=0,
        le=YEAR_HOURS,
        description=_HOURS,
    )
    rule_within: float = Field(
        default=24,
        gt=0,
        le=YEAR_HOURS,
        description=_HOURS,
    )
    keep_hours: float = Field(
        default=24,
        gt=0,
        le=YEAR_HOURS,
        description=_HOURS,
    )
    keep_answers_days: float = Field(
        default=Retention.answers.days,
        gt=0,
        le=_MAX_DAYS,
        description=_DAYS_WANTED,
    )
    keep_key_days: float | None = Field(
        default=None,
        gt=0,
        le=_MAX_DAYS,
        description=_DAYS_WANTED,
    )
    erase_after_hours: float = Field(
        default=24,
        ge=0,
        le=YEAR_HOURS,
        description="a number of hours, 0 or more",
    )
    children: bool = Field(default=False, description=_TRUTH)
    strict_topics: bool = Field(default=False, description=_TRUTH)
    vendors: bool = Field(default=True, description=_TRUTH)
    sites: list[str] = Field(default=[], description="a list of names of sites")
    networks: list[Network] = Field(default=[], description=_NETWORKS)
    hours: Hours = Field(
        default="",
        description='a string such as "Mon-Fri 08:00-18:00, Sat 09:00-13:00"',
    )
    time_zone: TimeZone = Field(
        default="UTC", description='a name such as "Europe/Dublin"'
    )
    listen_outside_hours: bool = Field(default=False, description=_TRUTH)
    budgets: BudgetsSection = Field(
        default=BudgetsSection(), description="a table such as { listeners = 12 }"
    )
    exposure: ExposureSection = Field(
        default=ExposureSection(), description="a table such as { asks_per_clip = 3 }"
    )
    care: CareSection = Field(
        default=CareSection(),
        description="a table such as { stops_a_day = 3, cool_down_minutes = 30 }",
    )

    @model_validator(mode="after")
    def _settles_one_way(self) -> Self:
        if None not in (self.settle, self.quorum):
            raise PydanticCustomError("settles_two_ways", "settle and quorum")
        return self


class CompanyFields(Section):
    """desks.toml without its desks and the roles of the whole company."""

    safety_channel: ChannelId | None = Field(default=None, description=_CHANNEL)
    audit_channel: ChannelId | None = Field(default=None, description=_CHANNEL)
    keep_drafts_days: float = Field(
        default=DRAFT_TIME.days,
        gt=0,
        le=31,
        description="a number of days above 0, at most 31",
    )
    talks: TalksSection = Field(default=TalksSection(), description="a section [talks]")
    sites: dict[str, SiteSection] = Field(
        default={}, description='sections such as [sites.NAME] networks = ["..."]'
    )
    safety: SafetySection = Field(
        default=SafetySection(), description="a section of its own: [safety]"
    )
    vendors: HoldersSection = Field(
        default=HoldersSection(),
        description='a table such as { users = ["U..."], groups = ["S..."] }',
    )


def _role_fields(keys: frozenset[str]) -> dict[str, Any]:
    wanted = CompanyFields.model_fields["vendors"].description
    field = Field(default=None, description=wanted)
    return dict.fromkeys(sorted(keys), (HoldersSection | None, field))


if TYPE_CHECKING:
    DeskSection = DeskFields
    CompanySection = CompanyFields
else:
    DeskSection = create_model(
        "DeskSection",
        __base__=DeskFields,
        __doc__="A language variant with its channel and people.",
        **_role_fields(DESK_KEYS),
    )
    CompanySection = create_model(
        "CompanySection", __base__=CompanyFields, **_role_fields(COMPANY_KEYS)
    )


class DesksFile(CompanySection):
    """desks.toml: the desks, and the roles of the whole company."""

    desks: dict[DeskName, DeskSection] = Field(
        min_length=1, description="sections such as [desks.NAME]"
    )

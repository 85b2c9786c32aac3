"""Messages to officers and reporters about a case, and their answers in Slack."""

from datetime import datetime, timedelta

from bot.slack import blocks
from bot.slack.blocks import Content, bold
from bot.slack.delivery import SlackDelivery
from bot.text import text
from bot.text.cases import severity_label
from bot.text.times import describe_duration
from bot.usecases.distress import cases, officer
from bot.usecases.distress.bundles import BundleNow
from storage.records import Case, CaseState, Reply, Severity


def grade_case(delivery: SlackDelivery) -> None:
    """Record how bad the stopped recording is for its reporter."""
    action_id = delivery.payload["actions"][0]["action_id"]
    severity = Severity(action_id.partition(":")[2])
    cases.grade(delivery.services, delivery.act, delivery.button_value, severity)
    delivery.ack()
    delivery.reply_privately(text(f"distress.graded.{severity}"))


def report_insufficient_reply(delivery: SlackDelivery) -> None:
    """Record that the reply is not enough for the reporter."""
    officer.reopen(delivery.services, delivery.act, delivery.button_value)
    delivery.ack()
    delivery.reply_privately(text("distress.stopped_page.another_officer"))


def build_officer_page(
    case: Case,
    public_url: str,
    now: datetime,
) -> Content:
    """Return the page to an officer, without the recording and its reporter."""
    severity = severity_label(case.severity)
    title = blocks.join_parts(bold(case.name), severity)
    open_case = blocks.button(
        text("slack.button.open_case"),
        "open_page",
        url=f"{public_url}/case/{case.key}",
        style="primary",
        label=text("distress.case_list.open_case", case=case.name),
    )
    summary = text("distress.page.summary", case=case.name)
    return summary, [
        blocks.section(f"{title}\n{_describe_task(case, now)}"),
        blocks.actions(open_case),
    ]


def build_bundle_page(
    found: BundleNow,
    public_url: str,
) -> Content:
    """Return the page about all cases of a bundle, without its reporter."""
    n_cases = found.n_waiting
    open_cases = blocks.button(
        text("common.button.open_cases"),
        "open_page",
        url=f"{public_url}/case",
        style="primary",
    )
    sentences = [text("distress.bundle.page", count=n_cases)]
    if found.bundle.reason is not None:
        sentences.append(text(f"distress.stop_reason_given.{found.bundle.reason}"))
    return text("distress.bundle.summary", count=n_cases), [
        blocks.section("\n".join(sentences)),
        blocks.actions(open_cases),
    ]


def _describe_task(
    case: Case,
    now: datetime,
) -> str:
    is_overdue = case.overdue_since is not None
    if case.state is CaseState.ACKNOWLEDGED:
        if is_overdue:
            return text("distress.page.reply_overdue")
        return text("distress.page.handed_over")
    if case.former_officer is not None:
        return text("distress.page.reply_not_enough")
    if is_overdue:
        return text("distress.page.overdue")
    left = timedelta(0)
    if case.due_at is not None:
        left = case.due_at - now
    return text("distress.page.stopped", time=describe_duration(left))


def build_drill_end(case: Case) -> Content:
    """Return the notice to all paged officers after one acknowledged a drill."""
    assert case.acknowledged_at is not None
    name = text("distress.drill.summary", number=case.id)
    time = describe_duration(case.acknowledged_at - case.opened_at)
    title = bold(f"{name}.")
    thanks = text("distress.drill.end", time=time)
    return name, [blocks.section(f"{title} {thanks}")]


def build_reply(
    case: Case,
    reply: Reply,
) -> Content:
    """Return the officer's reply to the reporter of the clip."""
    date = f"{case.opened_at:%d %B}"
    not_enough = blocks.button(
        text("distress.stopped_page.not_enough"),
        "not_enough",
        value=case.key,
        label=text("slack.button.not_enough_means"),
    )
    command = blocks.code("/clip-talk")
    intro = text("distress.reply_message.intro", date=date)
    if case.bundle_id is not None:
        intro = text("distress.reply_message.intro_of_several", date=date)
    return text("distress.reply_message.summary"), [
        blocks.section(intro),
        blocks.quote(reply.text),
        blocks.actions(not_enough),
        blocks.context(text("distress.reply_message.nothing_needed", command=command)),
    ]

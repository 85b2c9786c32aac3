"""Sentences about an erasure: its preview and its receipts."""

from datetime import datetime

from markupsafe import Markup

from bot.pages.rich_text import rich_text
from bot.text import text
from bot.text.times import date_and_time, describe_duration, long_date
from bot.usecases.erasure.overview import Preview, ReceiptLine, ReceiptState, What
from bot.usecases.erasure.waiting import Listed
from storage.records import Answer


def erasure_title(
    preview: Preview,
    subject: Markup,
) -> Markup:
    """Return the heading; `subject` is the id of the recording, speaker or colleague."""
    return rich_text(f"erasure.title.{preview.what}", subject=subject)


def list_erased(preview: Preview) -> list[str]:
    """Return one line for each kind of data that the erasure removes."""
    if preview.what is What.PERSON:
        return [
            text("erasure.removes.sign_ins"),
            text("erasure.removes.typed_words"),
            text("erasure.removes.choices"),
        ]
    return [*_request_lines(preview), *_trace_lines(preview)]


def _request_lines(preview: Preview) -> list[str]:
    requests = text("erasure.removes.requests", count=preview.requests)
    if preview.what is not What.SPEAKER:
        return [requests, text("erasure.removes.questions_about_clip")]
    return [
        text("erasure.removes.recordings", count=preview.clips),
        requests,
        text("erasure.removes.questions_about_speaker"),
    ]


def _trace_lines(preview: Preview) -> list[str]:
    lines = []
    if preview.live:
        lines.append(text("erasure.removes.live_requests", count=preview.live))
    lines.append(text("erasure.removes.snippets", count=preview.snippets))
    if preview.threads:
        lines.append(text("erasure.removes.threads", count=preview.threads))
    lines.append(text("erasure.removes.results"))
    return lines


def describe_hold(preview: Preview) -> str:
    """Return which data a legal hold keeps, and until when."""
    until = long_date(preview.held_until) if preview.held_until else ""
    kind = "person" if preview.what is What.PERSON else "recording"
    return text(
        f"erasure.held.{kind}",
        count=preview.held,
        until=until,
    )


def describe_receipt(line: ReceiptLine) -> str:
    """Return the state of one place of an erasure, its time, and its last failure."""
    time = date_and_time(line.at)
    failure = line.receipt.failure
    if line.state is ReceiptState.DONE or not failure:
        return text(f"erasure.receipt.{line.state}", time=time)
    return text(
        f"erasure.failed_receipt.{line.state}",
        time=time,
        failure=failure,
    )


def describe_waiting(listed: Listed, now: datetime) -> str:
    """Return what people answered, and the time left until the erasure."""
    time = describe_duration(listed.waiting.due_at - now)
    if listed.request.settled_answer is Answer.SHOULD_NOT_HAVE_BEEN_RECORDED:
        return text("erasure.waiting.erased_everywhere_at", time=time)
    return text("erasure.waiting.erased_at", time=time)

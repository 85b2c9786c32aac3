"""Links into the work tool."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.rules.work_tools.links import address_in_tool, check_template
from storage.records import Span

TEMPLATE = "https://tool.example/clips/{clip_id}?from={start}&to={end}"


def test_a_link_holds_the_clip_and_the_span_in_seconds() -> None:
    span = Span(start_ms=2363, end_ms=2890)
    address = address_in_tool(check_template(TEMPLATE), "en-us-0001", span)
    assert address == "https://tool.example/clips/en-us-0001?from=2.363&to=2.89"


@given(clip_id=st.text(min_size=1, max_size=128))
def test_no_clip_id_changes_where_a_link_leads(clip_id: str) -> None:
    span = Span(start_ms=0, end_ms=1_000_000)
    address = address_in_tool(TEMPLATE, clip_id, span)
    encoded = address.removeprefix("https://tool.example/clips/")
    assert encoded.endswith("?from=0&to=1000")
    assert not set("/?#&\\ ") & set(encoded.removesuffix("?from=0&to=1000"))


@pytest.mark.parametrize(
    "template",
    [
        "https://tool.example/clips",
        "https://tool.example/{start}",
        "https://{clip_id}.example/",
        "https://{clip_id}@tool.example/",
        "https://me@tool.example/{clip_id}",
        "http://tool.example/{clip_id}",
        "javascript:alert({clip_id})",
        "https://tool.example/{clip_id!r}",
        "https://tool.example/{clip_id:>9}",
        "https://tool.example/{clip_id.__class__}",
        "https://tool.example/{clip_id}{other}",
        "https://tool.example/{clip_id}{",
        "https://tool.example/{}",
        "https://tool.example/{clip_id} x",
        "https:///{clip_id}",
        "https://[bad/{clip_id}",
    ],
)
def test_an_unfit_template_is_refused(template: str) -> None:
    with pytest.raises(Invalid, match="clip_id"):
        check_template(template)

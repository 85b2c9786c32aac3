"""Generated blocks that slack_sdk's models refuse are refused here too."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.block_kit.block_checks import check_message_blocks
from bot.sandbox.block_kit.view_checks import check_view

Json = dict[str, Any]
SOMETIMES_LONG = st.sampled_from(
    [0, 1, 5, 24, 25, 75, 76, 150, 151, 255, 256, 2000, 2001, 3001]
)
words = SOMETIMES_LONG.map(lambda n: "x" * n)
plain = st.builds(lambda t: {"type": "plain_text", "text": t}, words)
text = st.one_of(plain, st.builds(lambda t: {"type": "mrkdwn", "text": t}, words))


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=fields)


def thing(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """An object of a type with any of the fields, or without them."""
    return maybe(**fields).map(lambda chosen: {"type": kind, **chosen})


option = st.builds(lambda t, v: {"text": t, "value": v}, plain, words)
options = st.lists(option, max_size=3) | st.builds(lambda o: [o] * 101, option)
confirm = maybe(title=plain, text=text, confirm=plain, deny=plain)
button = thing(
    "button",
    text=plain,
    action_id=words,
    value=words,
    url=words.map("https://a.example/".__add__),
    style=st.sampled_from(["primary", "danger", "loud"]),
    confirm=confirm,
)
choice: dict[str, Any] = {"action_id": words, "options": options, "confirm": confirm}
select = thing("static_select", placeholder=plain, **choice)
radios = thing("radio_buttons", **choice)
boxes = thing("checkboxes", **choice)
overflow = thing("overflow", **choice)
lengths = st.sampled_from([-1, 0, 1, 3000, 3001])
typed = thing(
    "plain_text_input",
    action_id=words,
    placeholder=plain,
    min_length=lengths,
    max_length=lengths,
)
element = st.one_of(button, select, radios, boxes, overflow)
block_id = words
block = st.one_of(
    thing("section", text=text, fields=st.lists(text, max_size=11), block_id=block_id),
    thing("section", text=text, accessory=element),
    thing("header", text=plain, block_id=block_id),
    thing("context", elements=st.lists(text, max_size=11), block_id=block_id),
    thing("actions", elements=st.lists(element, max_size=2), block_id=block_id),
    thing("image", image_url=words, alt_text=words, title=plain),
    thing("divider", block_id=block_id),
)
an_input = thing(
    "input", label=plain, element=st.one_of(typed, select, radios), hint=plain
)
title = st.sampled_from([1, 5, 24, 24, 25]).map(
    lambda n: {"type": "plain_text", "text": "x" * n}
)
good = st.just({"type": "section", "text": {"type": "plain_text", "text": "x"}})
content = st.lists(st.one_of(good, good, block, an_input), max_size=3)
modal = maybe(
    close=title, private_metadata=words, callback_id=words, submit=title, title=title
).flatmap(
    lambda chosen: content.map(
        lambda blocks: (
            {"type": "modal", "title": {"type": "plain_text", "text": "x"}}
            | {"blocks": blocks, **chosen}
        )
    )
)
patient = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


def models_refuse_block(candidate: Json) -> bool:
    try:
        parsed = Block.parse(candidate)
        if parsed is None:
            return True
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError):
        return True
    return False


def models_refuse_view(candidate: Json) -> bool:
    try:
        View(**candidate).to_dict()
    except (SlackObjectFormationError, TypeError):
        return True
    return False


@patient
@given(block)
def test_a_block_the_models_refuse_is_refused(candidate: Json) -> None:
    if models_refuse_block(candidate):
        assert check_message_blocks([candidate])


@patient
@given(modal)
def test_a_modal_the_models_refuse_is_refused(candidate: Json) -> None:
    if models_refuse_view(candidate):
        problems, too_large = check_view(candidate, "modal")
        assert problems or too_large


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks"]), inner
        )
    ),
    max_leaves=8,
)


@patient
@given(JSON)
def test_no_json_whatever_makes_the_checker_stumble(candidate: Any) -> None:
    for blocks in (candidate, [candidate]):
        assert all("[json-pointer:" in p for p in check_message_blocks(blocks))
    check_view(candidate, "modal")

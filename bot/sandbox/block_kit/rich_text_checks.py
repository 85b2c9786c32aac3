"""Checks of rich_text blocks."""

from __future__ import annotations

from bot.sandbox.block_kit.checks import (
    Check,
    anything,
    flag,
    integer,
    listing,
    one_of,
    record,
    string,
    typed,
    url,
)

_MANY = 3000
_STYLE = record(
    {},
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag),
)
_ID = string(255)


def _leaf(
    kind: str,
    required: dict[str, Check],
    **optional: Check,
) -> Check:
    return record(
        {
            "type": one_of(kind),
            **required,
        },
        {
            "style": _STYLE,
            **optional,
        },
    )


LEAF = typed(
    {
        "text": _leaf("text", {"text": string(12_000)}),
        "link": _leaf("link", {"url": string(3000)}, text=string(3000), unsafe=flag),
        "user": _leaf("user", {"user_id": _ID}),
        "usergroup": _leaf("usergroup", {"usergroup_id": _ID}),
        "channel": _leaf("channel", {"channel_id": _ID}),
        "team": _leaf("team", {"team_id": _ID}),
        "broadcast": _leaf(
            "broadcast", {"range": one_of("here", "channel", "everyone")}
        ),
        "emoji": _leaf(
            "emoji",
            {"name": string(100)},
            unicode=string(100),
            url=url(),
            skin_tone=anything,
        ),
        "color": _leaf("color", {"value": string(20)}),
        "date": _leaf(
            "date",
            {
                "timestamp": integer(0, 9_999_999_999),
                "format": string(500),
            },
            fallback=string(500),
            url=string(3000),
        ),
    }
)
_SECTION = record(
    {
        "type": one_of("rich_text_section"),
        "elements": listing(LEAF, 0, _MANY),
    },
)
_BORDER = {"border": integer(0, 1)}
PART = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": record(
            {
                "type": one_of("rich_text_list"),
                "style": one_of("bullet", "ordered"),
                "elements": listing(typed({"rich_text_section": _SECTION}), 0, _MANY),
            },
            {
                "indent": integer(0, 8),
                "offset": integer(0, 10_000),
                **_BORDER,
            },
        ),
        "rich_text_quote": record(
            {
                "type": one_of("rich_text_quote"),
                "elements": listing(LEAF, 0, _MANY),
            },
            _BORDER,
        ),
        "rich_text_preformatted": record(
            {
                "type": one_of("rich_text_preformatted"),
                "elements": listing(LEAF, 0, _MANY),
            },
            {
                **_BORDER,
                "language": string(50),
            },
        ),
    }
)
RICH_TEXT = record(
    {
        "type": one_of("rich_text"),
        "elements": listing(PART, 0, _MANY),
    },
    {"block_id": string(255, shortest=0)},
)

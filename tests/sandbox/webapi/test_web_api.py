"""Tokens, arguments, errors, pages: what every Web API call goes through."""

import json
from urllib.parse import urlencode

import pytest

from tests.sandbox.all_methods import BLOCKS, METADATA
from tests.sandbox.apps import Receiver, wait_for
from tests.sandbox.workspace import APP, BOT, Json, Workspace

CHANNEL = "C0HELPENUS"


def error(answer: dict[str, object]) -> object:
    assert answer["ok"] is False
    return answer["error"]


@pytest.mark.parametrize(
    ("method", "token", "code"),
    [
        ("no.such.method", BOT, "unknown_method"),
        ("auth.test", None, "not_authed"),
        ("auth.test", "xoxb-stolen", "invalid_auth"),
        ("users.info", APP, "not_allowed_token_type"),
        ("apps.connections.open", BOT, "not_allowed_token_type"),
    ],
)
def test_a_call_without_the_right_token_is_refused(
    workspace: Workspace, method: str, token: str | None, code: str
) -> None:
    assert error(workspace.api(method, token)) == code


def test_a_missing_scope_is_named(workspace: Workspace) -> None:
    token = workspace.sign_in()
    answer = workspace.api("chat.postMessage", token, channel=CHANNEL, text="x")
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "chat:write"
    assert answer["provided"] == "email,openid,profile"


def test_the_token_may_travel_in_the_body(workspace: Workspace) -> None:
    answer = workspace.http.post("/api/auth.test", data={"token": BOT}).json()
    assert answer["user_id"] == "U0HELPCLIP"


def test_forms_carry_structured_arguments_as_json_strings(workspace: Workspace) -> None:
    answer = workspace.http.post(
        "/api/chat.postMessage",
        data={
            "token": BOT,
            "channel": CHANNEL,
            "text": "x",
            "blocks": json.dumps(BLOCKS),
        },
    ).json()
    assert answer["message"]["blocks"][0]["text"]["text"] == "*hello*"


def test_query_and_body_are_merged(workspace: Workspace) -> None:
    query = urlencode({"channel": CHANNEL})
    answer = workspace.http.post(
        f"/api/chat.postMessage?{query}", data={"token": BOT, "text": "x"}
    ).json()
    assert answer["channel"] == CHANNEL


def test_a_body_that_is_not_json_is_refused(workspace: Workspace) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {BOT}"}
    answer = workspace.http.post("/api/auth.test", content="{", headers=headers).json()
    assert error(answer) == "invalid_json"


def test_connections_are_opened_by_post_only(workspace: Workspace) -> None:
    headers = {"Authorization": f"Bearer {APP}"}
    answer = workspace.http.get("/api/apps.connections.open", headers=headers).json()
    assert error(answer) == "insecure_request"


def test_pages_follow_each_other_by_cursor_to_the_end(workspace: Workspace) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = workspace.api("users.list", limit=3, cursor=cursor)
        seen += [m["id"] for m in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0NOWHERE1", "channel_not_found"),
        ("C0AUDIT001", None),
        ("U0REVIEW1", None),
        ("U0GONE001", None),
        ("U0HELPCLIP", "channel_not_found"),
        ("#help-english-us", None),
    ],
)
def test_the_app_posts_only_where_it_is(
    workspace: Workspace, channel: str, code: str | None
) -> None:
    answer = workspace.api("chat.postMessage", channel=channel, text="x")
    assert answer.get("error") == code


def test_only_the_answer_to_a_post_names_the_bots_user_in_its_profile(
    workspace: Workspace,
) -> None:
    posted = workspace.api("chat.postMessage", channel=CHANNEL, text="x")
    assert posted["message"]["bot_profile"]["user_id"] == posted["message"]["user"]
    [found] = workspace.api("conversations.history", channel=CHANNEL)["messages"]
    assert "user_id" not in found["bot_profile"]


def test_a_private_channel_the_app_left_does_not_exist_for_it(
    workspace: Workspace,
) -> None:
    workspace.change(channel=CHANNEL, leave="U0HELPCLIP")
    for method in (
        "conversations.info",
        "conversations.members",
        "conversations.history",
    ):
        assert error(workspace.api(method, channel=CHANNEL)) == "channel_not_found"
    posted = workspace.api("chat.postMessage", channel=CHANNEL, text="x")
    assert error(posted) == "channel_not_found"


def test_a_public_channel_needs_membership_to_post(workspace: Workspace) -> None:
    channel = workspace.change(new_channel="open-desk")["channel"]
    assert (
        error(workspace.api("chat.postMessage", channel=channel, text="x"))
        == "not_in_channel"
    )


def test_nobody_posts_into_an_archived_channel(workspace: Workspace) -> None:
    workspace.change(channel=CHANNEL, archive=True)
    assert (
        error(workspace.api("chat.postMessage", channel=CHANNEL, text="x"))
        == "is_archived"
    )


def test_the_app_changes_and_deletes_only_its_own_messages(
    workspace: Workspace,
) -> None:
    ts = workspace.write()
    changed = workspace.api("chat.update", channel=CHANNEL, ts=ts, text="y")
    assert error(changed) == "cant_update_message"
    deleted = workspace.api("chat.delete", channel=CHANNEL, ts=ts)
    assert error(deleted) == "cant_delete_message"


def test_text_without_blocks_removes_the_old_blocks(workspace: Workspace) -> None:
    ts = workspace.post(blocks=BLOCKS)
    workspace.api("chat.update", channel=CHANNEL, ts=ts, text="plain")
    [message] = workspace.messages(CHANNEL)
    assert "blocks" not in message
    assert message["text"] == "plain"


def test_an_update_over_4000_characters_is_refused_and_a_post_over_40000_cut(
    workspace: Workspace,
) -> None:
    ts = workspace.post()
    answer = workspace.api("chat.update", channel=CHANNEL, ts=ts, text="x" * 4001)
    assert error(answer) == "msg_too_long"
    long = workspace.api("chat.postMessage", channel=CHANNEL, text="x" * 40_001)
    assert len(long["message"]["text"]) == 40_000
    assert long["warning"] == "message_truncated"


def test_metadata_is_returned_only_when_asked_for(workspace: Workspace) -> None:
    workspace.post(metadata=METADATA)
    plain = workspace.api("conversations.history", channel=CHANNEL)["messages"][0]
    full = workspace.api(
        "conversations.history", channel=CHANNEL, include_all_metadata=True
    )
    assert "metadata" not in plain
    assert full["messages"][0]["metadata"] == METADATA


def test_history_is_newest_first_and_bounded_by_time(workspace: Workspace) -> None:
    stamps = [workspace.post(str(n)) for n in range(4)]
    whole = workspace.api("conversations.history", channel=CHANNEL)["messages"]
    assert [m["text"] for m in whole] == ["3", "2", "1", "0"]
    middle = workspace.api(
        "conversations.history", channel=CHANNEL, oldest=stamps[0], latest=stamps[3]
    )
    assert [m["text"] for m in middle["messages"]] == ["2", "1"]


def test_a_reply_to_a_reply_joins_the_parents_thread(workspace: Workspace) -> None:
    parent = workspace.post("parent")
    reply = workspace.post("reply", thread_ts=parent)
    workspace.post("second", thread_ts=reply)
    answer = workspace.api("conversations.replies", channel=CHANNEL, ts=parent)
    assert [m["text"] for m in answer["messages"]] == ["parent", "reply", "second"]
    assert answer["messages"][0]["reply_count"] == 2


def test_a_deleted_parent_leaves_its_replies_and_a_tombstone(
    workspace: Workspace,
) -> None:
    parent = workspace.post("parent")
    workspace.post("reply", thread_ts=parent)
    workspace.api("chat.delete", channel=CHANNEL, ts=parent)
    answer = workspace.api("conversations.replies", channel=CHANNEL, ts=parent)
    assert [m.get("subtype") for m in answer["messages"]] == ["tombstone", None]


def test_an_ephemeral_message_is_seen_by_one_person_and_not_in_the_history(
    workspace: Workspace,
) -> None:
    answer = workspace.api(
        "chat.postEphemeral", channel=CHANNEL, user="U0REVIEW1", text="psst"
    )
    assert [m["text"] for m in workspace.messages(CHANNEL, "U0REVIEW1")] == ["psst"]
    assert workspace.messages(CHANNEL, "U0REVIEW2") == []
    assert workspace.api("conversations.history", channel=CHANNEL)["messages"] == []
    changed = workspace.api(
        "chat.update", channel=CHANNEL, ts=answer["message_ts"], text="x"
    )
    assert error(changed) == "message_not_found"


def test_an_ephemeral_message_to_an_outsider_is_refused(workspace: Workspace) -> None:
    answer = workspace.api(
        "chat.postEphemeral", channel=CHANNEL, user="U0AUDIT01", text="psst"
    )
    assert error(answer) == "user_not_in_channel"


def test_the_same_direct_message_is_opened_twice(workspace: Workspace) -> None:
    first = workspace.api("conversations.open", users="U0REVIEW1")
    second = workspace.api("conversations.open", users="U0REVIEW1")
    assert first["channel"] == second["channel"]
    assert second["already_open"] is True


def test_outsiders_look_as_they_do_in_slack(workspace: Workspace) -> None:
    guest = workspace.api("users.info", user="U0GUEST01")["user"]
    assert guest["is_restricted"]
    assert guest["is_ultra_restricted"]
    external = workspace.api("users.info", user="U0EXTERN1")["user"]
    assert external["team_id"] == "T0OTHERCO"
    assert external["is_stranger"] is True
    workspace.change(channel=CHANNEL, share_with="T0OTHERCO", join="U0EXTERN1")
    external = workspace.api("users.info", user="U0EXTERN1")["user"]
    assert external["is_stranger"] is False
    gone = workspace.api("users.info", user="U0GONE001")["user"]
    assert gone["deleted"] is True


def test_a_shared_channel_says_so(workspace: Workspace) -> None:
    workspace.change(channel=CHANNEL, share_with="T0OTHERCO", join="U0EXTERN1")
    channel = workspace.api("conversations.info", channel=CHANNEL)["channel"]
    assert channel["is_ext_shared"]
    assert channel["connected_team_ids"] == ["T0OTHERCO"]


def test_a_bot_deletes_only_its_own_files(workspace: Workspace) -> None:
    dropped = workspace.act(
        "file", channel=CHANNEL, name="clip.wav", content="UklGRg=="
    )
    answer = workspace.api("files.delete", file=dropped["file"])
    assert error(answer) == "cant_delete_file"


def test_a_private_file_needs_a_token_to_be_read(workspace: Workspace) -> None:
    dropped = workspace.act("file", channel=CHANNEL, name="note.txt", content="aGk=")
    file = workspace.api("files.info", file=dropped["file"])["file"]
    with_token = workspace.http.get(
        file["url_private"], headers={"Authorization": f"Bearer {BOT}"}
    )
    without = workspace.http.get(file["url_private"])
    assert with_token.content == b"hi"
    assert without.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("see https://a.example/x?a=1&b=2.", "see <https://a.example/x?a=1&amp;b=2>."),
        ("(https://a.example)", "(<https://a.example>)"),
        ("<@U0REVIEW2> look", "<@U0REVIEW2> look"),
        ("<b>1 & 2</b>", "&lt;b&gt;1 &amp; 2&lt;/b&gt;"),
        ("`https://a.example`", "`https://a.example`"),
        ("<https://a.example|here>", "<https://a.example|here>"),
    ],
)
def test_typed_text_is_stored_as_slacks_own_client_sends_it(
    workspace: Workspace, typed: str, stored: str
) -> None:
    workspace.write(typed)
    assert workspace.messages(CHANNEL)[-1]["text"] == stored


def test_only_this_machine_is_answered(workspace: Workspace) -> None:
    answer = workspace.http.get("/sandbox/state", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    # A frame with `sandbox` on a foreign page has the origin null.
    for origin in ("http://evil.example", "null"):
        for path in ("/sandbox/reset", "/sandbox/persona"):
            answer = workspace.http.post(path, headers={"Origin": origin})
            assert answer.status_code == 403


def test_a_remote_file_is_shown_where_it_lives(workspace: Workspace) -> None:
    url = "https://clips.example/1"
    added = workspace.api(
        "files.remote.add", external_id="c1", external_url=url, title="Clip"
    )
    assert added["file"]["url_private"] == url
    workspace.api("files.remote.share", external_id="c1", channels=CHANNEL)
    [message] = workspace.messages(CHANNEL)
    assert message["files"][0]["external_url"] == url
    twice = workspace.api(
        "files.remote.add", external_id="c1", external_url=url, title="Clip"
    )
    assert error(twice) == "invalid_external_id"
    workspace.api("files.remote.remove", file=added["file"]["id"])
    assert (
        error(workspace.api("files.remote.info", external_id="c1")) == "file_not_found"
    )


def test_an_event_context_is_looked_up_with_the_app_token(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.write()
        [told] = wait_for(lambda: workspace.deliveries("message"))
    method, context = "apps.event.authorizations.list", told["payload"]["event_context"]
    answer = workspace.api(method, APP, event_context=context)
    assert answer["authorizations"] == told["payload"]["authorizations"]
    assert (
        error(workspace.api(method, APP, event_context="4-x"))
        == "invalid_event_context"
    )
    assert (
        error(workspace.api(method, event_context=context)) == "not_allowed_token_type"
    )


def test_a_person_puts_up_a_picture_and_takes_it_down(workspace: Workspace) -> None:
    token = workspace.install("U0REVIEW1", "users.profile:write")
    headers = {"Authorization": f"Bearer {token}"}
    png = b"\x89PNG\r\n\x1a\n rest"

    def put_up(image: bytes) -> Json:
        answer = workspace.http.post(
            "/api/users.setPhoto", headers=headers, files={"image": ("me.png", image)}
        )
        return dict(answer.json())

    assert error(put_up(b"<svg/>")) == "bad_image"
    shown = put_up(png)["profile"]["image_72"]
    assert workspace.http.get(shown).content == png
    assert workspace.http.post("/api/users.deletePhoto", headers=headers).json()["ok"]
    assert workspace.http.get(shown).headers["content-type"].startswith("image/svg")


def test_people_change_and_delete_what_they_wrote_and_nothing_else(
    workspace: Workspace,
) -> None:
    ts = workspace.write("hello")
    assert workspace.act("message/edit", channel=CHANNEL, ts=ts, text="hello again")[
        "ok"
    ]
    assert (
        next(m for m in workspace.messages(CHANNEL) if m["ts"] == ts)["text"]
        == "hello again"
    )
    for verb in ("edit", "delete"):
        others = {"channel": CHANNEL, "ts": ts, "text": "x", "as_": "U0REVIEW2"}
        assert (
            workspace.act(f"message/{verb}", **others)["error"] == "cant_update_message"
        )
    assert workspace.act("message/delete", channel=CHANNEL, ts=ts)["ok"]
    assert ts not in [m["ts"] for m in workspace.messages(CHANNEL)]
    assert (
        workspace.act("message/delete", channel=CHANNEL, ts=ts)["error"]
        == "message_not_found"
    )


def test_the_older_order_begins_with_the_messages_closest_to_oldest(
    workspace: Workspace,
) -> None:
    sent = [
        workspace.api("chat.postMessage", channel=CHANNEL, text=f"Remark {number}")
        for number in range(5)
    ]
    oldest = sent[0]["ts"]

    def pages(**more: str) -> list[list[str]]:
        found, cursor = [], ""
        while True:
            answer = workspace.api(
                "conversations.history",
                channel=CHANNEL,
                oldest=oldest,
                limit=2,
                cursor=cursor,
                **more,
            )
            found.append([message["text"] for message in answer["messages"]])
            if not answer["has_more"]:
                return found
            cursor = answer["response_metadata"]["next_cursor"]

    newest_first = [["Remark 4", "Remark 3"], ["Remark 2", "Remark 1"]]
    assert pages() == newest_first
    workspace.config(history_order="oldest")
    assert pages() == [["Remark 2", "Remark 1"], ["Remark 4", "Remark 3"]]
    assert pages(latest="9999999999") == newest_first

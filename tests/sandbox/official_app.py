"""An app on the official Python packages, unmodified. Twin: node/official_app.mjs."""

import os
import re
import sys
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

API = os.environ["SANDBOX_URL"] + "/api/"
CHANNEL = "C0HELPENUS"
Json = dict[str, Any]

app = App(
    client=WebClient("xoxb-sandbox", base_url=API),
    signing_secret="sandbox-signing-secret",
    process_before_response=True,
)


def plain(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def modal(title: str) -> Json:
    """Return a modal with one input."""
    element = {"type": "plain_text_input", "action_id": "word"}
    block = {
        "type": "input",
        "block_id": "guess",
        "label": plain("Word"),
        "element": element,
    }
    return {
        "type": "modal",
        "callback_id": "ask",
        "title": plain(title),
        "submit": plain("Ask"),
        "blocks": [block],
    }


@app.command("/help-clip")
def open_modal(ack: Any, body: Json, client: WebClient) -> None:
    """Open a modal and update it before the command is acknowledged."""
    opened = client.views_open(trigger_id=body["trigger_id"], view=modal("Wait"))
    view = opened["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Ask"))
    ack(f"asked {body['text']}")


@app.view("ask")
def post_question(ack: Any, view: Json, client: WebClient) -> None:
    """Refuse two words, and post a message with a button for one."""
    if view["state"]["values"]["guess"]["word"]["value"] == "two words":
        ack(response_action="errors", errors={"guess": "one word"})
        return
    button = {"type": "button", "action_id": "go", "value": "HC-1", "text": plain("Go")}
    text = {"type": "mrkdwn", "text": "*a word needs ears*"}
    client.chat_postMessage(
        channel=CHANNEL,
        text="a word needs ears",
        metadata={"event_type": "asked", "event_payload": {"id": "HC-1"}},
        blocks=[
            {"type": "section", "text": text},
            {"type": "actions", "elements": [button]},
        ],
    )
    ack()


@app.action("go")
def answer_button(ack: Any, body: Json, client: WebClient, respond: Any) -> None:
    """Update, post, respond and upload, each in a way of its own."""
    ts, user = body["message"]["ts"], body["user"]["id"]
    client.chat_update(channel=CHANNEL, ts=ts, text="settled")
    client.chat_postMessage(channel=CHANNEL, thread_ts=ts, text="in the thread")
    client.chat_postMessage(channel=user, text="to you alone")
    client.chat_postEphemeral(channel=CHANNEL, user=user, text="whispered")
    respond(text="responded", replace_original=False)
    client.files_upload_v2(
        channel=CHANNEL,
        filename="report.txt",
        content="report",
        initial_comment="a report",
    )
    ack()


@app.event("app_home_opened")
def publish_home(event: Json, client: WebClient) -> None:
    """Publish a Home view with the number of reviewers."""
    group = client.usergroups_users_list(usergroup="S0REVIEWER")
    header = {"type": "header", "text": plain(f"{len(group['users'])} reviewers")}
    client.views_publish(
        user_id=event["user"], view={"type": "home", "blocks": [header]}
    )


@app.shortcut("ask")
def open_from_shortcut(ack: Any, shortcut: Json, client: WebClient) -> None:
    """Open a modal."""
    client.views_open(trigger_id=shortcut["trigger_id"], view=modal("Shortcut"))
    ack()


@app.message(re.compile(r"^sign in (.+)"))
def sign_in(context: Any, say: Any) -> None:
    """Redeem the code in a message, and post the name of the person."""
    token = WebClient(base_url=API).openid_connect_token(
        client_id="1000.2000",
        client_secret="sandbox-client-secret",
        code=context["matches"][0],
        redirect_uri="http://127.0.0.1:9/back",
    )
    client = WebClient(token["access_token"], base_url=API)
    user = client.openid_connect_userInfo()
    say(f"signed in as {user['name']}")


if os.environ["MODE"] == "socket":
    SocketModeHandler(app, "xapp-sandbox").connect()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
else:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    app.start(int(os.environ["PORT"]))

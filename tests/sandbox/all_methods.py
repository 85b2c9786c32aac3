"""Call nearly every Web API method, rightly and wrongly, and keep the answers."""

from typing import Any

from tests.sandbox.workspace import APP, BOT, Json, Workspace

CHANNEL = "C0HELPENUS"
_TEXT = {"type": "mrkdwn", "text": "*hello*"}
BLOCKS = [
    {"type": "section", "text": _TEXT},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "go",
                "text": {"type": "plain_text", "text": "Go"},
            }
        ],
    },
]
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Ask"},
    "blocks": [{"type": "section", "text": _TEXT}],
}
HOME = {"type": "home", "blocks": [{"type": "section", "text": _TEXT}]}
METADATA = {"event_type": "asked", "event_payload": {"id": "HC-1"}}

_WRONG_TOKENS = (None, "xoxb-wrong", APP, BOT)
WRONG_VALUES: dict[str, list[Any]] = {
    "channel": ["C0NOWHERE1", "", "C0AUDIT001", "U0GONE001", 7, "C0GENERAL1"],
    "channel_id": ["C0NOWHERE1", "C0GENERAL1"],
    "user": ["U0NOBODY01", "", "U0HELPCLIP"],
    "users": [
        "U0NOBODY01",
        "",
        "U0GONE001",
        ",".join(f"U0NOBODY{n}" for n in range(9)),
    ],
    "user_id": ["U0NOBODY01"],
    "usergroup": ["S0NOBODY01"],
    "ts": ["1.2", "x", ""],
    "timestamp": ["1.2", "x"],
    "message_ts": ["1.2"],
    "name": ["Not A Name!", "", "x" * 90, "general", "---"],
    "view": ["{", {}, {"type": "modal"}, 3, None],
    "blocks": ["{", [{}], {}, [{"type": "section"}] * 60],
    "text": ["", "x" * 40_001],
    "thread_ts": ["1.2"],
    "metadata": ["{", {}, {"event_type": "x"}, {**METADATA, "event_type": ""}],
    "cursor": ["nonsense", "bmV4dDo5OTk5OTk="],
    "types": ["nonsense"],
    "trigger_id": ["nonsense", "1.2.ab"],
    "file": ["F0NOBODY01"],
    "files": ["[]", [{"id": "F0NOBODY01"}]],
    "email": ["nobody@sandbox.example"],
    "presence": ["asleep"],
    "oldest": ["x"],
    "latest": ["x"],
    "link": ["ftp://x"],
    "bookmark_id": ["Bk0NOBODY"],
    "post_at": ["1", "soon", "99999999999"],
    "scheduled_message_id": ["Q0NOBODY01"],
    "unfurls": ["{", {"https://elsewhere.example": {}}],
    "team": ["T0OTHERCO"],
    "bot": ["B0NOBODY01"],
    "attachments": [[{}] * 101],
    "limit": ["many"],
    "code": ["nonsense"],
    "client_id": ["1.1"],
    "client_secret": ["wrong"],
    "grant_type": ["password"],
    "length": ["0", "99999999999"],
}
"""Values by argument that no method can use."""
USUAL_VALUES: Json = {
    "channel": CHANNEL,
    "text": "a",
    "users": "U0REVIEW1",
    "user": "U0REVIEW1",
    "usergroup": "S0REVIEWER",
    "name": "eyes",
    "view": HOME,
    "user_id": "U0REVIEW1",
    "client_id": "1000.2000",
    "client_secret": "sandbox-client-secret",
    "channel_id": CHANNEL,
    "filename": "a.txt",
    "type": "link",
    "title": "x",
    "link": "https://a.example",
}
"""The other arguments of a wrong call."""


class MethodCalls:
    """Calls of a workspace, and each answer with the method it came from."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.answers: list[tuple[str, Json]] = []

    def call(
        self,
        method: str,
        token: str | None = BOT,
        **arguments: Any,
    ) -> Json:
        """Call a method, keep its answer and return it."""
        answer = self.workspace.api(method, token, **arguments)
        self.answers.append((method, answer))
        return answer

    def call_all(self) -> None:
        """Make calls that succeed."""
        self._call_simple_methods()
        self._call_chat()
        self._call_conversations()
        self._call_users()
        self._call_files()
        self._call_marks()

    def _call_simple_methods(self) -> None:
        for method in (
            "api.test",
            "auth.test",
            "auth.teams.list",
            "emoji.list",
            "bots.info",
        ):
            self.call(method)
        self.call("apps.connections.open", APP)
        self.call("team.info")
        self.call("openid.connect.userInfo", self.workspace.sign_in())
        self.call("views.publish", user_id="U0REVIEW1", view=HOME)

    def _call_chat(self) -> None:
        posted = self.call(
            "chat.postMessage",
            channel=CHANNEL,
            text="a",
            blocks=BLOCKS,
            metadata=METADATA,
        )
        ts = posted["ts"]
        self.call("chat.postMessage", channel=CHANNEL, text="b", thread_ts=ts)
        self.call("chat.update", channel=CHANNEL, ts=ts, text="c", blocks=BLOCKS)
        self.call("chat.postEphemeral", channel=CHANNEL, user="U0REVIEW1", text="d")
        self.call("chat.getPermalink", channel=CHANNEL, message_ts=ts)
        self.call("chat.meMessage", channel=CHANNEL, text="e")
        self.call("conversations.history", channel=CHANNEL, include_all_metadata=True)
        self.call("conversations.history", channel=CHANNEL, limit=1)
        self.call("conversations.replies", channel=CHANNEL, ts=ts)
        later = int(float(ts)) + 500
        scheduled = self.call(
            "chat.scheduleMessage", channel=CHANNEL, text="f", post_at=later
        )
        self.call("chat.scheduledMessages.list")
        self.call(
            "chat.deleteScheduledMessage",
            channel=CHANNEL,
            scheduled_message_id=scheduled["scheduled_message_id"],
        )
        link = self.workspace.write("see https://clips.example/1")
        unfurls = {"https://clips.example/1": {"text": "a clip"}}
        self.call("chat.unfurl", channel=CHANNEL, ts=link, unfurls=unfurls)
        started = self.call(
            "chat.startStream",
            channel=CHANNEL,
            thread_ts=ts,
            recipient_user_id="U0REVIEW1",
            recipient_team_id="T0SANDBOX",
        )
        stream = started["ts"]
        self.call(
            "chat.appendStream", channel=CHANNEL, ts=stream, markdown_text="so far"
        )
        self.call("chat.stopStream", channel=CHANNEL, ts=stream, markdown_text=" done")
        self.call("chat.delete", channel=CHANNEL, ts=ts)

    def _call_conversations(self) -> None:
        self.call("conversations.info", channel=CHANNEL, include_num_members=True)
        self.call("conversations.members", channel=CHANNEL)
        self.call("conversations.list", types="public_channel,private_channel,im,mpim")
        self.call("users.conversations", types="public_channel,private_channel")
        self.call("conversations.open", users="U0REVIEW1", return_im=True)
        self.call("conversations.open", users="U0REVIEW1,U0REVIEW2")
        im = self.call("conversations.open", users="U0REVIEW1")["channel"]["id"]
        self.call("conversations.info", channel=im)
        self.call("conversations.close", channel=im)
        created = self.call("conversations.create", name="new-desk", is_private=True)
        new = created["channel"]["id"]
        self.call("conversations.invite", channel=new, users="U0REVIEW1,U0REVIEW2")
        self.call("conversations.setTopic", channel=new, topic="t")
        self.call("conversations.setPurpose", channel=new, purpose="p")
        self.call("conversations.rename", channel=new, name="newer-desk")
        self.call("conversations.mark", channel=new, ts="1700000000.000000")
        self.call("conversations.kick", channel=new, user="U0REVIEW2")
        self.call("conversations.archive", channel=new)
        self.call("conversations.unarchive", channel=new)
        self.call("conversations.leave", channel=new)
        public = self.workspace.change(new_channel="open-desk")["channel"]
        self.call("conversations.join", channel=public)

    def _call_users(self) -> None:
        self.call("users.info", user="U0REVIEW1", include_locale=True)
        self.call("users.info", user="U0GONE001")
        self.call("users.info", user="U0EXTERN1")
        self.call("users.info", user="U0HELPCLIP")
        self.call("users.list")
        self.call("users.list", limit=2)
        self.call("users.lookupByEmail", email="rosa.keller@sandbox.example")
        self.call("users.profile.get", user="U0REVIEW1")
        self.call("users.getPresence", user="U0REVIEW1")
        self.call("users.setPresence", presence="away")
        self.call("users.setActive")
        self.call("usergroups.list", include_users=True, include_count=True)
        self.call("usergroups.users.list", usergroup="S0REVIEWER")
        self.call("usergroups.users.update", usergroup="S0REVIEWER", users="U0REVIEW1")
        group = self.call("usergroups.create", name="Night shift")["usergroup"]["id"]
        self.call("usergroups.update", usergroup=group, description="at night")
        self.call("usergroups.disable", usergroup=group)
        self.call("usergroups.enable", usergroup=group)

    def _call_files(self) -> None:
        target = self.call("files.getUploadURLExternal", filename="a.txt", length=3)
        self.workspace.http.post(target["upload_url"], content=b"abc")
        self.call(
            "files.completeUploadExternal",
            files=[{"id": target["file_id"], "title": "A"}],
            channel_id=CHANNEL,
        )
        self.call("files.info", file=target["file_id"])
        self.call("files.list", channel=CHANNEL)
        self.call("conversations.history", channel=CHANNEL, limit=1)
        self.call("files.delete", file=target["file_id"])
        clip = {
            "external_id": "c1",
            "external_url": "https://clips.example/1",
            "title": "Clip",
        }
        self.call("files.remote.add", **clip)
        self.call("files.remote.update", external_id="c1", title="A clip")
        self.call("files.remote.share", external_id="c1", channels=CHANNEL)
        self.call("files.remote.info", external_id="c1")
        self.call("files.remote.list", channel=CHANNEL)
        self.call("files.remote.remove", external_id="c1")

    def _call_marks(self) -> None:
        ts = self.workspace.write()
        self.call("reactions.add", channel=CHANNEL, timestamp=ts, name="eyes")
        self.call("reactions.get", channel=CHANNEL, timestamp=ts)
        self.call("reactions.list")
        self.call("reactions.remove", channel=CHANNEL, timestamp=ts, name="eyes")
        self.call("pins.add", channel=CHANNEL, timestamp=ts)
        self.call("pins.list", channel=CHANNEL)
        self.call("pins.remove", channel=CHANNEL, timestamp=ts)
        added = self.call(
            "bookmarks.add",
            channel_id=CHANNEL,
            title="x",
            type="link",
            link="https://a.example",
        )
        bookmark = added["bookmark"]["id"]
        self.call("bookmarks.list", channel_id=CHANNEL)
        self.call("bookmarks.edit", channel_id=CHANNEL, bookmark_id=bookmark, title="y")
        self.call("bookmarks.remove", channel_id=CHANNEL, bookmark_id=bookmark)

    def call_wrongly(self, methods: dict[str, list[str]]) -> None:
        """Make calls that fail as calls usually do; `methods` has argument names."""
        for method, names in methods.items():
            for wrong_token in _WRONG_TOKENS:
                self.call(method, wrong_token)
            token = BOT
            if method == "apps.connections.open":
                token = APP
            for name in names:
                for value in WRONG_VALUES.get(name, []):
                    arguments = {**USUAL_VALUES, name: value}
                    self.call(method, token, **arguments)
            self.workspace.http.post("/sandbox/reset")

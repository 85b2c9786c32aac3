"""A use case cannot end without a word in the access log."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "bot" / "usecases"
RECORDERS = {"record", "record_with"}

# What takes an act, or writes, and may end without an event; and why that is right.
MAY_END_SILENTLY = {
    (
        "approve",
        "list_waiting",
    ): "a lead's own list, on record as a view of the queue",
    ("approve", "notify_leads"): "asks for messages about what its caller records",
    (
        "ask_form",
        "prepare",
    ): "an empty form, or one without words; reading words and a refusal are recorded",
    ("languages", "chosen_language"): "one's own choice of a language",
    ("languages", "choose_language"): "as chosen_language",
    ("ask_form", "prefill"): "what this person typed before",
    ("ask_form", "keep_draft"): "a form half filled in",
    ("ask_form", "desk_or_refusal"): "reads roles; its callers record the act",
    ("ask_form", "find_context"): "reads; its callers record the act",
    (
        "care",
        "care_page",
    ): "one's own affairs are nobody else's, and no act on a recording",
    ("care", "choose"): "as care_page",
    ("care", "end_break"): "as care_page",
    ("care", "rest_now"): "as care_page",
    ("care", "take_break"): "as care_page",
    (
        "care",
        "teams",
    ): "totals over five people or more; they hold no clip and no person",
    ("clip_turn", "clip_turn"): "a lock; its callers record what they do meanwhile",
    ("cases", "case_event"): "makes the event that others record",
    ("alerts", "alert_officers"): "asks for messages about what its callers record",
    ("cases", "my_report"): "one's own report; it holds no clip and no word",
    (
        "cases",
        "open_case",
    ): "pressing Stop twice changes nothing; each press is on record",
    ("alerts", "alert_next"): "asks for messages about what its callers record",
    ("alerts", "notify_drill_over"): "asks for messages about what its callers record",
    ("bundles", "ask_reporter"): "asks for a message about what its caller records",
    ("bundles", "bundle_of_stop"): "part of a stop, which its caller records",
    ("case_pages", "open_cases"): "one's own list; it holds no clip and no word",
    (
        "release_together",
        "release_together",
    ): "a form without a case is sent back; each case is closed or refused on record",
    (
        "release_together",
        "list_releasable",
    ): "one's own list; it holds no clip and no word",
    (
        "elevated",
        "waiting",
    ): "one's own list of what to decide; it holds no clip and no word",
    ("budget", "beyond_budget"): "part of listening, which is recorded",
    ("budget", "link_tried"): "part of opening a page, which is recorded",
    ("budget", "note_for"): "part of opening a page, which is recorded",
    (
        "progress",
        "record_played",
    ): "of a drill's sound only the press of play is on record",
    ("deliver", "deliver"): "the result was erased meanwhile: nothing is delivered",
    ("case_pages", "list_closed"): "as case_list; a refusal is recorded",
    ("case_pages", "case_list"): "one's own list; it holds no clip and no word",
    ("consent", "refresh"): "every speaker still consents",
    (
        "erase",
        "begin",
    ): "its callers record why; the last clean place ends it on record",
    ("erase", "resume"): "goes on with an erasure that is on record",
    (
        "repost",
        "repost_deleted",
    ): "a message of no request; a request that is posted again is on record",
    (
        "repost",
        "replace_thread",
    ): "a request that is closed, or was posted again before, only loses its thread",
    ("resume", "resume_request"): "part of a release, which is recorded",
    ("resume", "resume_requests"): "part of a release, which is recorded",
    ("waiting", "close_accidental"): "it was kept or closed before",
    ("waiting", "count_waiting"): "a number; it holds no clip and no word",
    ("waiting", "erase_due"): "on record when asked, and when every place is clean",
    ("places", "clean"): "a hold keeps it, or another place is still to be cleaned",
    ("places", "clean_at_once"): "the same",
    ("drill", "start_drill"): "opens a case, which records itself",
    ("drill", "start_monthly_drill"): "as start_drill; or it is not time yet",
    ("expire", "forget"): "tidying up sessions and drafts that have run out",
    ("holds", "expire_holds"): "ended by hand since we looked, and that is recorded",
    ("inspect", "check_all"): "asks for a look; what changes is recorded",
    ("inspect", "check_changed"): "asks for a look; what changes is recorded",
    ("inspect", "check_due"): "asks for a look; what changes is recorded",
    ("inspect", "check_soon"): "asks for a look; what changes is recorded",
    ("inspect", "doubt_stale"): "Slack has answered lately: nothing changes",
    ("inspect", "mark_lost"): "not a channel of ours",
    ("inspect", "save_inspection"): "fit as before: nothing changes",
    ("home", "publish_later"): "one's own lists, a little later",
    ("home", "read_home"): "one's own lists; they hold no clip and no word",
    ("lists", "list_to_answer"): "as read_home",
    ("asked", "list_asked"): "as read_home; the clip ids are those that one typed",
    ("asked", "own_questions"): "as list_asked",
    ("answered", "list_answered"): "as read_home; the answers are one's own",
    ("view_quality", "view_quality"): "totals are recorded; own figures are one's own",
    ("view_quality", "view_own"): "one's own figures",
    ("view_quality", "led_by"): "reads roles; its callers record the act",
    ("adjudicate", "keep_claim"): "work on a page whose opening is on record",
    ("appeal", "reopen"): "its callers record the appeal",
    ("ask", "ask"): "joins, appeals, asks and denials are recorded where they happen",
    ("ask_anew", "find_settled"): "reads only; an outcome that is shown is recorded",
    ("ask_anew", "appeal_anew"): "too late: the question in its place is recorded",
    ("digest", "post_digests"): "a message; each dispute is on record by itself",
    ("hand_over", "hand_over"): "a message; it counts what is on record",
    ("chase", "chase"): "each step is recorded; a round without one is no act",
    ("chase", "chase_one"): "as chase; another replica has taken the step",
    ("adjudicate", "preview_reason"): "shows what the lead types; a denial is recorded",
    ("ask_form", "refuse_outsider"): "records a denial, and does nothing else",
    ("lists", "to_answer"): "as read_home",
    ("lists", "first_due"): "as read_home",
    ("next_request", "next_to_answer"): "as read_home; its page is recorded as viewed",
    ("next_request", "next_to_rule"): "as next_to_answer",
    ("next_request", "done_before"): "one's own answer or ruling",
    ("lists", "to_rule"): "as read_home; the whole queue is on record",
    ("lists", "asked"): "as read_home",
    ("incidents", "incidents_for"): "reads one's own list",
    ("incidents", "has_incidents"): "reads one's own list",
    ("pause", "bring_home"): "the desk has not moved",
    ("pause", "report_unfit"): "the same people as before",
    ("progress", "live"): "asked once a second while a recorded listen goes on",
    (
        "request_snippet",
        "may_listen_here",
    ): "part of listening, which is recorded",
    ("exercises", "read_practice"): "one's own exercises; no person speaks in them",
    ("exercises", "read_exercise"): "as read_practice; each press of play is recorded",
    ("exercises", "needs_practice"): "as read_practice",
    ("exercises", "practice_refusal"): "reads roles; its callers record the act",
    ("propose", "keep_draft"): "a form half filled in",
    ("propose", "decline"): "saying it twice changes nothing",
    ("hooks", "carry_out"): "a signed call that was sent again",
    (
        "purge",
        "purge",
    ): "nothing is due, or it is held; what goes is recorded one by one",
    ("stop_clip", "quarantine_clip"): "a part of a stop, which is recorded",
    ("render", "render"): "another replica has done it",
    (
        "admit",
        "admit",
    ): "a token in use is recorded, an unknown one and too many calls once a minute",
    ("admit", "desks_of"): "reads roles; its callers record the call",
    ("ask_form", "is_of_tool"): "as desks_of",
    ("asking", "ask_by_tool"): "asks, which records itself, or repeats its answer",
    ("manage", "make"): "a name in use is a mistake of the form",
    ("manage", "revoke"): "a tool that is not there; a revocation is recorded",
    ("reading", "list_requests"): "part of a call, which is recorded",
    ("reading", "view_requests"): "as list_requests",
    ("roles", "change_group"): "the event brings no news: Slack repeats itself",
    ("role_mapping", "compare_file"): "the file gives roles as it did before",
    ("roles", "sign_out_everywhere"): "the person has no session",
    ("waiting_mapping", "mapping_roles"): "reads roles; its callers record the act",
    ("waiting_mapping", "own_gift_refusal"): "its callers record the refusal",
    ("sign_ins", "open_sign_in"): "a refusal is recorded, or the session that follows",
    ("sessions", "my_sessions"): "one's own browsers; no clip, no word",
    ("sessions", "use_session"): "what the person does with it is recorded",
    ("roles", "set_group"): "a reading that brings no news",
    ("inspect", "remember_members"): "whose account is read; what changes is recorded",
    ("learning", "explain"): "words a refusal that is on record",
    ("roles", "set_groups"): "a reading that brings no news",
    ("sessions", "record_ended_session"): "no such session was ended",
    ("sessions", "end_session_elsewhere"): "no session has such a cookie: nothing ends",
    ("settle", "settle"): "not settled yet; the answer itself is recorded",
    ("settle", "open_dispute"): "its callers record what led to the dispute",
    ("budget", "report_to_leads"): "part of an act, which is recorded",
    ("lookup", "access_refusal"): "part of listening, which is recorded",
    ("lookup", "roles_of_act"): "reads roles; its callers record the act",
    ("step_up", "keep_reason"): "a form half filled in",
    ("step_up", "step_up_refusal"): "changes nothing; the act that asks is recorded",
    ("notice", "notify_each"): "asks for messages about what is already on record",
    (
        "peer_support",
        "ask_colleagues",
    ): "who talks to whom is nobody else's, and no act on a recording",
    ("peer_support", "take_talk"): "as call",
    ("peer_support", "mute_caller"): "as call",
    ("notice", "notify_askers"): "asks for messages about what is already on record",
    ("watch_sharing", "record_deletion"): "nothing was flagged about the message",
    (
        "watch_sharing",
        "check_changed_message",
    ): "its parts record, or nothing was flagged",
    ("missed", "look_for_missed"): "asks for readings; what they find is recorded",
    ("watch_sharing", "record_removal"): "there is no such entry, or it is gone",
    (
        "watch_sharing",
        "check_message",
    ): "nothing to flag: most messages are nobody's business",
    ("page", "watch_audit"): "goes on with a question that is on record",
    ("weekly", "notify_weekly"): "asks for messages; it is no act on a recording",
}

Key = tuple[str, str]
Known = dict[Key, ast.FunctionDef]


def functions(folder: Path = FOLDER) -> Known:
    return {
        (path.stem, node.name): node
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def is_act(node: ast.FunctionDef) -> bool:
    """Whether somebody acts here, or something is written."""
    taken = [ast.unparse(a.annotation) for a in node.args.args if a.annotation]
    return "Act" in taken or "store.begin()" in ast.unparse(node)


def calls(node: ast.AST) -> Iterator[str]:
    """The names of what is called, but not of what is called inside functions made
    here.
    """
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield (
            node.func.attr
            if isinstance(node.func, ast.Attribute)
            else ast.unparse(node.func)
        )
    for part in ast.iter_child_nodes(node):
        yield from calls(part)


class Paths:
    """Every way through a function, as far as its shape tells.

    A way that raises is no end of an act: a denial is recorded before it is raised. A
    loop counts as run through: with nothing to do, nothing is done.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._open: set[Key] = set()

    def ends_silently(self, key: Key) -> bool:
        """Whether a function may return without having recorded."""
        if key in self._open:
            return True
        self._open.add(key)
        returns: list[ast.Return] = []
        falls = self._falls(self._known[key].body, returns)
        self._open.remove(key)
        return falls or bool(returns)

    def _records(self, node: ast.AST | None) -> bool:
        names = set(calls(node)) if node else set()
        called = [key for key in self._known if key[1] in names]
        return bool(names & RECORDERS) or any(
            not self.ends_silently(key) for key in called
        )

    def _falls(self, body: Sequence[ast.stmt], returns: list[ast.Return]) -> bool:
        """Whether `body` runs to its end with nothing recorded; silent `returns` are
        added.
        """
        return all(self._passes(statement, returns) for statement in body)

    def _passes(self, node: ast.stmt, returns: list[ast.Return]) -> bool:
        match node:
            case ast.Raise() | ast.Continue() | ast.Break():
                return False
            case ast.Return():
                if not self._records(node.value):
                    returns.append(node)
                return False
            case ast.If():
                ways = [
                    self._falls(node.body, returns),
                    self._falls(node.orelse, returns),
                ]
                return not self._records(node.test) and any(ways)
            case ast.With():
                return self._falls(node.body, returns)
            case ast.For() | ast.While():
                return self._falls(node.body, returns) or not self._records(node)
            case ast.Try():
                ways = [self._falls([*node.body, *node.orelse], returns)]
                ways += [
                    self._falls(handler.body, returns) for handler in node.handlers
                ]
                return any(ways) and self._falls(node.finalbody, returns)
        return not self._records(node)


def silent(known: Known) -> set[Key]:
    paths = Paths(known)
    acts = [
        key
        for key, node in known.items()
        if is_act(node) and not key[1].startswith("_")
    ]
    return {key for key in acts if paths.ends_silently(key)}


def test_every_use_case_records_its_act_on_every_path() -> None:
    unrecorded = silent(functions()) - set(MAY_END_SILENTLY)
    assert not unrecorded, (
        f"record these, or say why not in this file: {sorted(unrecorded)}"
    )


def test_no_exemption_outlives_its_need() -> None:
    needless = set(MAY_END_SILENTLY) - silent(functions())
    assert not needless, f"these need no exemption: {sorted(needless)}"
    assert len(functions()) > 40, "the use cases were not found"


def test_a_path_that_forgets_to_record_is_found(tmp_path: Path) -> None:
    (tmp_path / "made_up.py").write_text(
        """
def good(services: Services, act: Act) -> None:
    with services.store.begin() as tx:
        if tx.is_late():
            raise Refused()
        helper(tx)

def helper(tx):
    tx.log.record(1)

def forgets(services: Services, act: Act) -> None:
    with services.store.begin() as tx:
        if tx.is_late():
            tx.log.record(1)
        else:
            tx.save()

def returns_early(services: Services, act: Act) -> bool:
    with services.store.begin() as tx:
        if tx.is_late():
            return False
        tx.log.record(1)
    return True

def only_promises(services: Services, act: Act) -> None:
    def later():
        services.store.record(1)

def asks_itself(services: Services, act: Act) -> None:
    asks_itself(services, act)
""",
        "utf-8",
    )
    found = {name for _, name in silent(functions(tmp_path))}
    assert found == {"forgets", "returns_early", "only_promises", "asks_itself"}

"""Slack's errors: which end a message, which wait for a person, and which pass.

The codes are those of the method pages, such as
https://docs.slack.dev/reference/methods/chat.postMessage#errors. A code means the same
in every method that help-clip calls.
"""

from enum import StrEnum


class Course(StrEnum):
    """What becomes of work that Slack refuses with an error."""

    # It never succeeds: it is given up, and the people concerned get a direct message.
    FINAL = "final"
    # It succeeds once a person has changed something, and is tried again until then.
    WAITS = "waits"
    # It is tried again soon.
    PASSES = "passes"


class Remedy(StrEnum):
    """What a person can do about an error; `help-clip check` has a sentence for each."""

    TOKEN = "token"
    SCOPES = "scopes"
    CHANNEL = "channel"
    WORKSPACE = "workspace"
    PLAN = "plan"
    NOTHING = "nothing"
    REPORT = "report"


_CODES = {
    (Course.WAITS, Remedy.TOKEN): """
        account_inactive forbidden_team invalid_auth not_authed token_expired
        token_revoked
    """,
    (Course.WAITS, Remedy.SCOPES): """
        missing_scope no_permission not_allowed_token_type not_enabled
        messages_tab_disabled
    """,
    (Course.WAITS, Remedy.CHANNEL): """
        channel_is_limited_access channel_not_found external_channel_migrating
        is_archived is_inactive not_in_channel
    """,
    (Course.WAITS, Remedy.WORKSPACE): """
        access_denied accesslimited ekm_access_denied enterprise_is_restricted
        org_login_required posting_to_channel_denied restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel
        restricted_action_thread_only_channel team_access_not_granted
        team_added_to_org team_not_found two_factor_setup_required
    """,
    (Course.WAITS, Remedy.PLAN): """
        message_limit_exceeded paid_teams_only plan_upgrade_required
    """,
    # The message, thread, person or window is gone, or no longer open to changes.
    (Course.FINAL, Remedy.NOTHING): """
        cannot_reply_to_message cant_delete_file cant_update_message delete_not_allowed
        edit_window_closed exchanged_trigger_id expired_trigger_id file_deleted
        file_deleting_disabled file_is_deleted file_not_found hash_conflict
        invalid_user_combination message_not_found no_such_subteam not_found
        push_limit_reached restricted_action_thread_locked thread_not_found
        user_disabled user_not_found user_not_in_channel user_not_visible
    """,
    # Slack understood the call and refused its content: a defect of help-clip.
    (Course.FINAL, Remedy.REPORT): """
        as_user_not_supported attachment_payload_limit_exceeded block_mismatch
        blocked_file_type cant_broadcast_message deprecated_endpoint
        draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
        duplicate_channel_not_found duplicate_external_id duplicate_message_not_found
        file_share_limit_reached insecure_request invalid_arg_name invalid_arguments
        invalid_array_arg invalid_attachments invalid_blocks invalid_blocks_format
        invalid_charset invalid_cursor invalid_form_data invalid_limit
        invalid_metadata_filter_keys invalid_metadata_format invalid_metadata_schema
        invalid_post_type invalid_team invalid_trigger_id invalid_ts_latest
        invalid_ts_oldest limit_required list_record_comment_fetch_failed
        markdown_text_conflict max_file_sharing_exceeded metadata_must_be_sent_from_app
        metadata_too_large method_deprecated method_not_supported_for_channel_type
        missing_args missing_argument missing_file_data missing_post_type
        missing_profile_id msg_blocks_too_long msg_too_long
        no_dual_broadcast_content_update no_text not_enough_users not_implemented
        slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_file_upload_sharing_blocked slack_connect_lists_sharing_blocked
        streaming_state_conflict too_many_attachments too_many_contact_cards
        too_many_users unable_to_share_files users_list_not_supplied view_too_large
    """,
    (Course.PASSES, Remedy.NOTHING): """
        fatal_error fetch_members_failed internal_error rate_limited ratelimited
        request_timeout service_unavailable unreadable_answer update_failed
        users_not_found
    """,
}
_BY_CODE = {
    code: decision for decision, codes in _CODES.items() for code in codes.split()
}
# A direct message names a person, who then is none that help-clip can write to.
_FINAL_FOR_PEOPLE = {"channel_not_found", "is_archived", "not_in_channel"}
CODES = frozenset(_BY_CODE)


def course_of(code: str, *, to_person: bool = False) -> Course:
    """Return what becomes of work after this error.

    `to_person`: the call is a direct message. A code that no table knows passes: Slack
    adds codes, and `help-clip check` reports a row that waits for an hour.
    """
    if to_person and code in _FINAL_FOR_PEOPLE:
        return Course.FINAL
    course, _ = _BY_CODE.get(code, (Course.PASSES, Remedy.NOTHING))
    return course


def remedy_for(code: str) -> Remedy | None:
    """Return what a person can do; None for a code that no table knows."""
    found = _BY_CODE.get(code)
    if found is None:
        return None
    return found[1]

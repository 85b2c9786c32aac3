"""Only full members of the workspace sign in."""

import pytest

from bot.rules.people.roles import roles_without_person
from bot.rules.people.sign_in import may_sign_in
from storage.records import Membership, Origin, Role, request_id_of, request_name


@pytest.mark.parametrize("membership", [None, *Membership])
def test_a_member_or_a_person_not_asked_about_signs_in(
    membership: Membership | None,
) -> None:
    refusal = may_sign_in(is_our_team=True, membership=membership)
    assert (refusal is None) is (membership in (None, Membership.MEMBER))
    other = may_sign_in(is_our_team=False, membership=membership)
    assert other is not None
    assert other.rule == "other_team"


@pytest.mark.parametrize("origin", Origin)
def test_only_a_shell_acts_without_a_person_and_a_hook_where_it_may(
    origin: Origin,
) -> None:
    usual = roles_without_person(origin, Role.ADMINISTRATOR)
    assert bool(usual) is (origin is Origin.CLI)
    by_hook = roles_without_person(origin, Role.ADMINISTRATOR, by_hook=True)
    assert bool(by_hook) is (origin in (Origin.CLI, Origin.HOOK))


def test_a_request_is_found_by_its_name() -> None:
    assert request_id_of(request_name(42)) == 42
    assert request_id_of("hc-1042") == 42
    assert request_id_of("1042") is None
    assert request_id_of("1042", may_be_bare=True) == 42
    assert request_id_of("HC-1042 ") is None
    assert request_id_of("en-us-0001") is None

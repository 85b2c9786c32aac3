"""The simulation of the rules of settling shows what the documentation states."""

from tests.bench.settling import DOUBTS, RULES, SPREADS, simulate


def test_a_third_ear_sends_fewer_words_to_leads_and_ends_wrong_less_often() -> None:
    found = {
        rule: simulate(rule, SPREADS["alike"], DOUBTS["telling"], words=400)
        for rule in RULES
    }
    before, third_ear = found["2 of 2, doubt ignored"], found["2 of 3"]
    assert third_ear.to_lead < before.to_lead / 2
    assert third_ear.wrong_in_the_end < before.wrong_in_the_end
    assert found["3 of 5"].wrong < third_ear.wrong
    assert found["2 of 2"].wrong < before.wrong

import pytest

from bot.sources.clips.identifying import identifying_kind, identifying_kinds


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("account", "account"), ("accountId", "account"), ("ACCT_NO", "account"),
        ("Customer-Name", "account"), ("customername", "account"), ("user", "account"),
        ("userID", "account"), ("name", "name"), ("NAME", "name"), ("n.a.m.e", "name"),
        ("ｎａｍｅ", "name"), ("first_name", "name"), ("lastName", "name"), ("Vorname", "name"),
        ("deviceSerialNumber", "device"), ("serial", "device"), ("DSN", "device"),
        ("device_sn", "device"), ("IMEI", "device"), ("Gerätenummer", "device"),
        ("macAddress", "device"), ("position", "position"), ("GPS", "position"),
        ("gpsLat", "position"), ("lat", "position"), ("Longitude2", "position"),
        ("homeAddress", "position"), ("ip", "position"), ("IPAddress", "position"),
        ("zip_code", "position"), ("phoneNumber", "contact"), ("e-mail", "contact"),
        ("email", "contact"), ("dateOfBirth", "identity"), ("dob", "identity"),
        ("device_name", "device"), ("device_type_id", "device"), ("device_id", "device"),
        ("device_model_serial", "device"), ("customer_intent_name", "account"),
        ("device_app_name", "device"), ("mobile", "contact"), ("mobile_number", "contact"),
        ("slot_person_name", "name"), ("name_intent", "name"), ("user_device_type", "account"),
    ],
)  # fmt: skip
def test_keys_that_identify_a_customer_are_known_in_any_spelling(key, kind):
    assert kind in (identifying_kind(key) or "")


@pytest.mark.parametrize(
    "key",
    [
        "clip_id", "locale", "recorded_at", "speaker", "consent", "words", "text", "start_ms",
        "confidence", "timing", "notes", "language", "file_name", "filename", "engine", "duration",
        "microphone", "phonemes", "sampleRate", "channels", "version", "platform", "relation",
        "message", "", "_", "1",
        "intent_name", "intentName", "skill_name", "slot_name", "slotNames", "device_type",
        "deviceType", "device_model", "asr_model_name", "locale_name", "channel_names",
        "mobile_app", "app_name", "nlu_engine_name", "wakeword_name", "device_os",
    ],
)  # fmt: skip
def test_other_keys_are_left_alone(key):
    assert identifying_kind(key) is None


SPELLINGS = {
    "snake": "_".join,
    "kebab": "-".join,
    "upper": lambda parts: "_".join(parts).upper(),
    "camel": lambda parts: parts[0] + "".join(part.title() for part in parts[1:]),
    "dots": ".".join,
    "spaces": " ".join,
    "joined": "".join,
}
THINGS = (
    "intent skill slot domain service bot flow queue endpoint voice vendor asr_model"
    " wake_word feature event sensor driver firmware dataset task pipeline campaign"
    " template dialect codec channel timezone grammar entity utterance command"
).split()
SHARED = (
    "type model class family os platform language locale version segment tier status"
    " count format manufacturer capabilities"
).split()
OWNERS = "device user customer account member phone mobile household".split()


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("thing", THINGS)
def test_the_name_of_a_thing_is_no_persons(thing, spell):
    for ending in ("name", "names"):
        assert identifying_kind(spell([*thing.split("_"), ending])) is None


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("owner", OWNERS)
def test_what_many_share_identifies_none_of_them(owner, spell):
    for shared in SHARED:
        assert identifying_kind(spell([owner, shared])) is None
    assert identifying_kind("_".join([owner, "os", "version"])) is None
    assert identifying_kind("_".join(["is", owner])) is None


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("owner", OWNERS)
def test_what_is_one_persons_alone_is_refused(owner, spell):
    for ending in ("id", "name", "number", "serial", "email", "key", "hash", "token"):
        assert identifying_kind(spell([owner, ending])), ending
    for thing in ("intent", "model", "type"):
        assert identifying_kind(f"{owner}_{thing}_id")


@pytest.mark.parametrize(
    "whose",
    "caller agent contact speaker owner patient child mother employee annotator reviewer"
    " display first last full nick street city company home room".split(),
)
def test_the_name_of_a_person_or_place_is_refused(whose):
    assert identifying_kind(f"{whose}_name")
    assert identifying_kind(f"{whose}Name")


def test_keys_are_found_at_any_depth():
    document = {"a": [{"b": {"gps": 1}}, [{"accountId": 2}]]}
    assert len(identifying_kinds(document)) == 2


def test_values_are_never_judged():
    assert identifying_kinds({"text": "name", "notes": ["account"]}) == []


def test_deep_nesting_does_not_exhaust_the_stack():
    document: object = {"imei": 1}
    for _ in range(50_000):
        document = [document]
    assert identifying_kinds(document) == ["device"]

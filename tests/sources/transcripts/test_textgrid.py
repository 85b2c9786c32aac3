import pytest

from bot.errors import Invalid
from bot.sources.transcripts.annotation.textgrid import parse
from storage.records import TimingSource

LONG = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 0.9
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "sentence"
        xmin = 0
        xmax = 0.9
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 0.9
            text = "secret"
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 0.9
        points: size = 1
        points [1]:
            number = 0.5
            mark = "!"
    item [3]:
        class = "IntervalTier"
        name = "Words"
        xmin = 0
        xmax = 0.9
        intervals: size = 4
        intervals [1]:
            xmin = 0
            xmax = 0.1
            text = ""
        intervals [2]:
            xmin = 0.1
            xmax = 0.45
            text = "the"
        intervals [3]:
            xmin = 0.45
            xmax = 0.8
            text = "so-called ""lamp""" ! a comment "x"
        intervals [4]:
            xmin = 0.8
            xmax = 0.9
            text = "sil"
'''
SHORT = """File type = "ooTextFile"
Object class = "TextGrid"

0
0.8
<exists>
2
"IntervalTier"
"word"
0
0.8
2
0
0.45
"the"
0.45
0.8
"lämp"
"IntervalTier"
"phones"
0
0.8
0
"""


def read(data):
    found = parse(data if isinstance(data, bytes) else data.encode(), "x")
    return [(w.text, w.start_ms, w.end_ms) for w in found.words], found.timing


def test_the_long_form_is_read_from_the_tier_called_words():
    one_word = LONG.replace('so-called ""lamp""', '""lamp""')
    one_word = one_word.replace('"secret"', '"the lamp"')
    words, timing = read(one_word)
    assert words == [("the", 100, 450), ('"lamp"', 450, 800)]
    assert timing is TimingSource.HUMAN


def test_an_interval_of_several_words_is_spread_and_its_timing_unknown():
    words, timing = read(LONG.replace('"secret"', '""'))
    assert [w[0] for w in words] == ["the", "so-called", '"lamp"']
    assert timing is TimingSource.UNKNOWN


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"]
)
def test_the_short_form_is_read_in_every_encoding_praat_writes(encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    words, timing = read(mark + SHORT.encode(encoding))
    assert words == [("the", 0, 450), ("lämp", 450, 800)]
    assert timing is TimingSource.RECOGNISER  # a tier of phones is an aligner's work


def test_what_another_tier_says_exactly_becomes_part_of_the_words_there():
    words = LONG.replace('so-called ""lamp""', "lamp")
    assert read(words)[0] == [("secret the lamp", 0, 900)]


def test_what_another_tier_says_too_long_is_not_believed():
    assert read(LONG.replace("secret", "A"))[0][0] == ("the", 100, 450)


def test_of_two_tiers_at_once_that_say_different_things_none_is_read():
    with pytest.raises(Invalid, match="Call the right one words"):
        read(LONG.replace('"Words"', '"other"'))


def test_of_a_tier_of_words_and_one_of_utterances_the_words_are_read():
    same = LONG.replace('so-called ""lamp""', "lamp").replace("secret", "the lamp")
    assert read(same.replace('"Words"', '"other"'))[0] == [
        ("the", 100, 450),
        ("lamp", 450, 800),
    ]


def test_the_words_of_two_speakers_are_both_read():
    both = SHORT.replace('"word"', '"Ann - words"').replace('"phones"\n0\n0.8\n0',
                         '"Bob - words"\n0\n0.8\n1\n0.8\n0.9\n"on"')  # fmt: skip
    assert [w[0] for w in read(both)[0]] == ["the", "lämp", "on"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "not a TextGrid"),
        ("ooBinaryFile\x08TextGrid", "not a TextGrid"),
        (LONG.replace('"TextGrid"', '"PitchTier"'), "not a TextGrid"),
        (LONG[:-80], "breaks off"),
        (LONG.replace('"IntervalTier"', '"Strange"'), "breaks off"),
        (LONG.replace("size = 4", "size = -4"), "breaks off"),
        (LONG.replace("size = 4", "size = 4000000000"), "breaks off"),
        (SHORT.replace("<exists>", "<absent>"), "no interval tier"),
        (SHORT.replace("0.45\n0.8", "0.45\nsoon"), "breaks off or is damaged"),
        (SHORT + '0.9\n1.0\n"more"\n', "breaks off or is damaged"),
        (SHORT.replace("0.45\n0.8", "0.45\n1e300"), "24 hours"),
        (b"\xff\xfe\x00", "UTF-16"),
    ],
)
def test_what_is_no_textgrid_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Invalid, match=sentence):
        read(data)

"""Why a word or a part of a snippet is masked, as codes.

Their sentences are `redaction.reason.CODE` in the catalogue.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a word is masked or shown, or a stretch of sound is not audible."""

    MUDDLED_WORD = "muddled_word"
    LOW_CONFIDENCE = "low_confidence"
    REPORTED = "reported"
    HARMLESS_HERE = "harmless_here"
    HARMLESS_WORD = "harmless_word"
    IDENTITY_ANSWER = "identity_answer"
    PERSON_OR_NUMBER = "person_or_number"
    PLACE = "place"
    LONG_NUMBER = "long_number"
    SPELLED = "spelled"
    ADDRESS = "address"
    SECRET = "secret"
    BIRTH = "birth"
    NAME_FOLLOWS = "name_follows"
    TITLE = "title"
    UNKNOWN_WORD = "unknown_word"
    PART_OF_PLACE = "part_of_place"
    DOUBTFUL_NAME = "doubtful_name"
    NAME = "name"
    PART_OF_NAME = "part_of_name"
    NEXT_TO_NAME = "next_to_name"
    NUMBER = "number"
    AGE = "age"
    NOTHING_TRANSCRIBED = "nothing_transcribed"
    NEAR_A_WORD = "near_a_word"
    LONGER_THAN_WORDS = "longer_than_words"
    # Categories of `topics.txt`, and a fact that several words reveal together.
    TOPIC_ABSENCE = "topic_absence"
    TOPIC_BODY = "topic_body"
    TOPIC_CRIME = "topic_crime"
    TOPIC_FACT = "topic_fact"
    TOPIC_HEALTH = "topic_health"
    TOPIC_MONEY = "topic_money"
    TOPIC_POLITICS = "topic_politics"
    TOPIC_RELIGION = "topic_religion"
    TOPIC_SEX = "topic_sex"
    TOPIC_STRICT = "topic_strict"
    TOPIC_UNION = "topic_union"
    TOPIC_VIOLENCE = "topic_violence"

"""Every sentence that people read, by key. Code names a key and never holds a sentence.

`bot/text/en/SUBJECT.toml` is the English source; a key is `SUBJECT.TABLE.NAME`. A
sentence is whole: values are placeholders (`{name}`), and a sentence about a number has
the forms `one` and `other`, chosen by the value called `count`. No sentence holds markup.
"""

from bot.text.catalogue import has_text, keys_below, spoken_again, text
from bot.text.sentence import stored

__all__ = ["has_text", "keys_below", "spoken_again", "stored", "text"]

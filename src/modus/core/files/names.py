"""Names of uploaded files: cleaned once, shown and offered for saving, never used as a path."""

import re
import unicodedata

from modus.core.files.kinds import ENDINGS

LONGEST = 100
# Names that some systems take for devices, with any ending.
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
# What means something to a shell, a header, a page or a path.
SPECIAL = re.compile(r"""[<>:"'`/\\|?*%;&$={}\[\]#^~]+""")
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def cleaned_name(name: str, media_type: str) -> str:
    """A harmless name of at most 105 characters that ends as its content does.

    Controls, line ends, direction marks, lone surrogates and folders go; letters of all scripts stay.
    """
    text = unicodedata.normalize("NFC", name[: LONGEST * 100]).replace("\\", "/").rpartition("/")[2]
    printed = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in text)
    stem = " ".join(SPECIAL.sub("_", ENDING.sub("", printed.strip())).split()).strip(" ._")[:LONGEST].strip(" ._")
    stem = RESERVED.sub(r"\1_", stem)
    return f"{stem or 'file'}.{ENDINGS[media_type]}"

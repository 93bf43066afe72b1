"""Swedish first, English complete. The message files are read as they are: nothing to compile before start."""

import gettext
from functools import lru_cache
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")
"""What a user may choose; the first is what they get unless they do."""


def N_(text: str) -> str:  # noqa: N802 - the customary name by which message extraction finds texts that are said later
    """Mark a text for translation where it is shown."""
    return text


@lru_cache
def translations(language: str) -> gettext.NullTranslations:
    """The messages of one language (msgids are English). Raises `KeyError` for a language that is not offered."""
    if language not in LANGUAGES:
        raise KeyError(language)
    file = resources.files("varda.web") / "locale" / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

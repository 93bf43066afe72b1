"""Templates show; every word a reader sees is asked of the translator."""

import pytest

from tests.house.files import paths, text
from tests.house.templates import spoken


def test_no_template_speaks_past_the_translator() -> None:
    pages = [path for path in paths() if path.startswith("varda/") and path.endswith(".html")]
    found = {path: words for path in pages if (words := spoken(text(path) or ""))}
    assert not found, f"{found}. Write {{{{ _('…') }}}} or a trans block."


@pytest.mark.parametrize(
    "bad",
    ["<p>Spara</p>", '<input placeholder="Sök">', "<p>{{ name }} år</p>", "<button aria-label='Stäng'>×</button>"],
)
def test_a_bare_word_is_caught(bad: str) -> None:
    assert spoken(bad)


@pytest.mark.parametrize(
    "good",
    [
        "<p>{{ _('Spara') }}</p>",
        '<input placeholder="{{ _(\'Sök\') }}" name="text">',
        "{% trans %}Hej {{ name }}{% endtrans %}",
        "{# why #}<p>{{ age }} – 12&nbsp;×</p>",
        "{% if sign %}<h1>Varda</h1>{% endif %}",
        "<kbd>N</kbd>",
        "{% block kind %}chart{% endblock %}",
    ],
)
def test_what_the_translator_says_is_left_alone(good: str) -> None:
    assert spoken(good) == []

"""What a reader would see of a template without the translator: text and readable attributes outside `_()`."""

import re

# Proper names and signs that are the same in every language.
SAME = frozenset(
    {"Varda", "FHIR", "NEWS2", "Ctrl", "Alt", "Esc", "Enter", "K", "J", "S", "svenska", "Svenska", "English"}
)
_READ = r"(?:title|placeholder|alt|aria-label|aria-description|aria-roledescription|label)"


def spoken(template: str) -> list[str]:
    """Words that are not asked of the translator, in order."""
    bare = re.sub(r"\{#.*?#\}|<!--.*?-->", " ", template, flags=re.DOTALL)
    bare = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"\{%-?\s*(raw)\b.*?endraw\s*-?%\}", " ", bare, flags=re.DOTALL)
    # A block of one small word fills an attribute of the frame: class="{% block kind %}chart{% endblock %}".
    bare = re.sub(r"\{%-?\s*block\s+\w+\s*-?%\}[a-z-]*\{%-?\s*endblock\b.*?%\}", " ", bare)
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", bare, flags=re.DOTALL | re.IGNORECASE)
    bare = re.sub(r"<kbd\b.*?</kbd>", " ", bare, flags=re.DOTALL)  # what stands on a key is no word
    attributes = re.findall(rf"\s{_READ}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", bare)
    seen = re.sub(r"<[^>]*>", " ", bare, flags=re.DOTALL)
    words = re.findall(r"[^\W\d_]+\d?", re.sub(r"&\w+;", " ", " ".join([*map("".join, attributes), seen])))
    return [word for word in words if word not in SAME]

"""Templates into pages. Templates show, they do not decide; every text is translated, every value escaped."""

from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from varda.web.language import translations


@lru_cache
def templates(language: str) -> Environment:
    """The templates of all views, in one language."""
    environment = Environment(
        loader=FileSystemLoader(str(resources.files("varda.web"))),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined] # of the extension
    return environment


def rendered(language: str, template: str, values: dict[str, Any]) -> str:
    """One page or fragment as HTML."""
    return templates(language).get_template(template).render(values)

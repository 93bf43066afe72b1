"""The text of a step: Markdown (CommonMark with tables) to HTML, where HTML that somebody has typed is shown and never
let through. **Bold** is what stands on a screen of Varda, `code` a key or an address: a test looks both up.

https://spec.commonmark.org/0.31.2/
"""

from collections.abc import Collection, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from varda.introduction.training.flaws import Flaw, flaw

_ADDRESSES = ("https://", "/", "#", "mailto:")


@lru_cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table"])


@lru_cache(maxsize=1000)
def html(text: str) -> str:
    """Markdown as HTML that may be shown as it is."""
    return str(_markdown().render(text))


def wrong(text: str) -> Iterator[tuple[int, Flaw]]:
    """What is wrong with a text, as (line, what): typed HTML, links that lead nowhere, pictures, which are steps."""
    plain = MarkdownIt("commonmark").enable(["table"])
    for token, line in _tokens(plain.parse(text)):
        if token.type in ("html_block", "html_inline"):
            yield line, flaw("HTML is not let through. Write Markdown.")
        elif token.type == "image":
            yield line, flaw('A picture is a step of its own (kind = "picture"), so that it is described.')
        elif token.type == "link_open" and not str(token.attrGet("href") or "").startswith(_ADDRESSES):
            link = str(token.attrGet("href") or "")
            yield line, flaw("The link %(link)s leads nowhere. Write https://… or an address in Varda.", link=link)
        elif token.type == "fence":
            yield line, flaw("A block of code has no place in a course.")
    if "\0" in text:
        yield 1, flaw("There is a character that cannot be shown.")


def said(text: str) -> Iterator[tuple[str, str, int]]:
    """What a text names: ("label", words, line) for what is bold, ("code", words, line) for a key or an address."""
    for block in _markdown().parse(text):
        line, bold = (block.map or [0])[0] + 1, False
        for token in block.children or ():
            if token.type in ("strong_open", "strong_close"):
                bold = token.type == "strong_open"
            elif token.type == "code_inline":
                yield "code", token.content, line
            elif token.type == "text" and bold and token.content.strip():
                yield "label", token.content.strip(), line


def _tokens(tokens: Collection[Token]) -> Iterator[tuple[Token, int]]:
    for block in tokens:
        line = (block.map or [0])[0] + 1
        yield block, line
        for token in block.children or ():
            yield token, line

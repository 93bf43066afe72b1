"""The pack as one file: a page that holds its contents encrypted, and all that opens them, and asks no network.

The contents are a JWE with a direct key (RFC 7516, A256GCM), the key derived from the pass phrase by PBKDF2; browsers
have both in WebCrypto, which works on a file of the own disk. A policy of content in the file names the only script
and the only style that may run, and no address at all. https://www.w3.org/TR/WebCryptoAPI/
"""

import base64
import json
from functools import lru_cache
from hashlib import sha256
from importlib import resources

from joserfc import jwe
from joserfc.jwk import OctKey

from varda.introduction.downtime import ROUNDS, Contents, Phrase
from varda.web.language import LANGUAGES
from varda.web.pages import rendered
from varda.web.phrases import Phrases

_HEADER = {"alg": "dir", "enc": "A256GCM"}


def written(contents: Contents, phrase: Phrase, seal: bytes, environment: str) -> bytes:
    """The file, in the language of the law: nobody chooses it for whoever will need it."""
    language = LANGUAGES[0]
    say = Phrases(language, contents.made_at)
    times = {"made": contents.made_at.isoformat(), "ends": contents.ends_at.isoformat()}
    shared = {"contents": contents, "say": say, "language": language, "environment": environment}
    inner = {**times, "html": rendered(language, "downtime/contents.html", shared)}
    outer = {
        **times,
        "rounds": ROUNDS,
        "salt": base64.b64encode(phrase.salt(seal)).decode(),
        "sealed": sealed(json.dumps(inner).encode(), phrase.key(seal)),
    }
    style, code = _piece("pack.css"), _piece("pack.js")
    policy = f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(style)}'"
    page = rendered(language, "downtime/pack.html", {**shared, "number": phrase.number, "policy": policy})
    data = f'<script type="application/json" id="pack">{json.dumps(outer)}</script>'  # base64, numbers and times
    page = page.replace("<!--style-->", f"<style>{style}</style>")
    return page.replace("<!--code-->", f"{data}<script>{code}</script>").encode()


def sealed(plain: bytes, key: bytes) -> str:
    """The bytes as a compact JWE."""
    return jwe.encrypt_compact(_HEADER, plain, OctKey.import_key(key), algorithms=list(_HEADER.values()))


@lru_cache
def _piece(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """By which a policy of content knows a script or a style."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"

"""The key that id_tokens are signed with, and its public half for whoever checks them."""

import json
from typing import Any

from joserfc.jwk import KeySet, RSAKey

ALGORITHM = "RS256"
"""What every OpenID Connect client must be able to check."""


def new_key() -> str:
    """A fresh private key as JSON, to be kept by the installation."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def read(text: str) -> RSAKey:
    """The key that `new_key` made."""
    return RSAKey.import_key(json.loads(text))


def public(key: RSAKey) -> dict[str, Any]:
    """The public half as a JWKS."""
    return dict(KeySet([key]).as_dict(private=False))

"""The provider's key and what it signs. The key is made from the installation's seal: the same in every process."""

import hmac
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from varda.access import Session
from varda.access.identity import PURPOSES
from varda.web.relying import Client

PATH = "/provider"
LEVEL = "http://id.sambi.se/loa/loa3"
LASTS = timedelta(minutes=5)


def client(seal: bytes) -> Client:
    """What Varda is to its own provider."""
    secret = hmac.new(seal, b"provider client", sha256).hexdigest()
    return Client(issuer=PATH, id="varda", secret=secret, levels=(LEVEL,))


@lru_cache(maxsize=8)
def key(seal: bytes) -> ECKey:
    """The key that signs."""
    return ECKey.derive_key(hmac.new(seal, b"provider key", sha256).digest(), "P-256", auto_kid=True)


def id_token(seal: bytes, claims: dict[str, Any], access_token: str, now: datetime) -> str:
    """Who it is, signed."""
    at = int(now.timestamp())
    half = create_half_hash(access_token, "ES256")
    whole = claims | {"iat": at, "exp": at + int(LASTS.total_seconds()), "at_hash": half.decode() if half else ""}
    return jwt.encode({"alg": "ES256", "kid": key(seal).kid}, whole, key(seal), algorithms=["ES256"])


def is_own(seal: bytes, text: str, issuer: str) -> bool:
    """Whether we vouched with this id_token, however long ago."""
    try:
        claims = jwt.decode(text, key(seal), algorithms=["ES256"]).claims
    except (JoseError, ValueError):
        return False
    return bool(claims.get("iss") == issuer and claims.get("aud") == client(seal).id)


def staff(sessions: list[Session]) -> dict[str, Any]:
    """One invented person in all assignments, in the words of the national provider."""
    return {
        "sub": sessions[0].actor,
        "name": sessions[0].name,
        "employeeHsaId": sessions[0].actor,
        "commissions": [
            {
                "commissionHsaId": one.assignment,
                "commissionName": f"{one.title}, {one.unit_name}",
                "commissionPurpose": PURPOSES.get(one.assignment_purpose, one.assignment_purpose),
                "commissionRight": ["Läsa;alla;SJF", "Skriva;alla;VE"],
                "employeeHsaId": one.actor,
                "healthCareUnitHsaId": one.unit,
                "healthCareProviderHsaId": one.provider,
            }
            for one in sessions
        ],
    }


def inhabitant(number: str) -> dict[str, Any]:
    """One invented inhabitant."""
    return {"sub": number, "personalIdentityNumber": number}

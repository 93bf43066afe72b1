"""Open Badges 3.0: a finished course as a credential that anybody can check, signed as a VC-JWT.

https://www.imsglobal.org/spec/ob/v3p0/ (§8.2 JSON Web Token proof format), on https://www.w3.org/TR/vc-data-model-2.0/.
The payload is the credential itself; RS256, which every verifier must know. Pure: key and times are passed in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from varda.kernel.errors import Unprocessable

ALGORITHM = "RS256"
CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
MEDIA = "application/vc+jwt"
_NOT_OURS = "This is no badge that was issued here, or it has been changed since."


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: the address of this installation, without a slash at the end, and what it is called."""

    address: str
    name: str

    @property
    def id(self) -> str:
        """The address of the profile."""
        return f"{self.address}/badges/issuer"

    def profile(self) -> dict[str, Any]:
        """The Profile of the specification."""
        return {"id": self.id, "type": ["Profile"], "name": self.name, "url": self.address}


@dataclass(frozen=True, slots=True)
class Achieved:
    """That somebody (HSA-id) has finished a course: what it is, from when it counts and until when (None: for good)."""

    person: str
    name: str
    course: str
    title: str
    about: str
    version: str
    since: datetime
    until: datetime | None


def new_key() -> bytes:
    """A fresh private key as JSON, to be kept by the installation."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    return json.dumps(key.as_dict(private=True)).encode()


def public(key: bytes) -> dict[str, Any]:
    """The public half as a JWKS."""
    return dict(KeySet([_read(key)]).as_dict(private=False))


def achievement(issuer: Issuer, one: Achieved) -> dict[str, Any]:
    """The Achievement of the specification."""
    return {
        "id": f"{issuer.address}/badges/achievements/{one.course}",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": one.title,
        "description": one.about,
        "version": one.version,
        "criteria": {"narrative": f"Alla steg i kursen är gjorda. All steps of the course are done. {one.about}"},
    }


def credential(issuer: Issuer, one: Achieved) -> dict[str, Any]:
    """The credential. The same course finished at the same time is the same one."""
    subject = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{issuer.address}/badges/people/{one.person}')}"
    made = uuid5(NAMESPACE_URL, f"{issuer.address}/badges/{one.person}/{one.course}/{_said(one.since)}")
    said: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"urn:uuid:{made}",
        "type": list(TYPES),
        "name": one.title,
        "issuer": issuer.profile(),
        "validFrom": _said(one.since),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityType": "sourcedId", "identityHash": one.person},
                {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": one.name},
            ],
            "achievement": achievement(issuer, one),
        },
    }
    return said | ({"validUntil": _said(one.until)} if one.until else {})


def signed(wanted: Mapping[str, Any], issuer: Issuer, key: bytes) -> str:
    """The credential as it is handed out. The header says where the public key is."""
    private = _read(key)
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": f"{issuer.address}/badges/keys/{private.kid}"}
    claims = dict(wanted) | {
        "iss": issuer.id,
        "jti": wanted["id"],
        "sub": wanted["credentialSubject"]["id"],
        "nbf": _second(wanted["validFrom"]),
    }
    if until := wanted.get("validUntil"):
        claims["exp"] = _second(until)
    return jwt.encode(header, claims, private, algorithms=[ALGORITHM])


def verified(text: str, issuer: Issuer, key: bytes, now: datetime) -> tuple[dict[str, Any], str]:
    """A badge that was issued here, and what is to be said of it: "", "expired" or "not yet". Raises `Unprocessable`
    for what was not issued here, or has been changed.
    """
    try:
        claims: dict[str, Any] = jwt.decode(text.strip(), _read(key), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError, TypeError) as wrong:
        raise Unprocessable(_NOT_OURS) from wrong
    if claims.get("iss") != issuer.id or claims.get("type") != list(TYPES):
        raise Unprocessable(_NOT_OURS)
    late = isinstance(claims.get("exp"), int) and claims["exp"] <= now.timestamp()
    return claims, "expired" if late else "not yet" if claims.get("nbf", 0) > now.timestamp() else ""


def _read(key: bytes) -> RSAKey:
    return RSAKey.import_key(json.loads(key))


def _said(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _second(said: str) -> int:
    return int(datetime.fromisoformat(said).timestamp())

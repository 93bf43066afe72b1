"""What the world may know beforehand: where to go, and what is understood there.

https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
"""

from typing import Any

ALGORITHMS = ("RS384", "ES384")
"""What an app may sign its assertions with."""
_METHODS = ["client_secret_basic", "private_key_jwt"]
_CAPABILITIES = [
    "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
    "client-confidential-asymmetric", "sso-openid-connect", "context-banner", "context-ehr-patient",
    "context-ehr-encounter", "context-standalone-patient", "permission-offline", "permission-online",
    "permission-patient", "permission-user", "permission-v1", "permission-v2",
]  # fmt: skip
_SCOPES = [
    "openid", "fhirUser", "profile", "launch", "launch/patient", "launch/encounter", "online_access", "offline_access",
    "patient/*.cruds", "user/*.cruds", "system/*.cruds",
]  # fmt: skip


def configuration(origin: str) -> dict[str, Any]:
    """`.well-known/smart-configuration`, which is `.well-known/openid-configuration` as well."""
    return {
        "issuer": origin,
        "jwks_uri": f"{origin}/jwks",
        "authorization_endpoint": f"{origin}/authorize",
        "token_endpoint": f"{origin}/token",
        "introspection_endpoint": f"{origin}/introspect",
        "revocation_endpoint": f"{origin}/revoke",
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [*_METHODS, "none"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": _METHODS,
        "revocation_endpoint_auth_methods_supported": [*_METHODS, "none"],
        "scopes_supported": _SCOPES,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "nonce", "fhirUser", "profile", "name"],
        "capabilities": _CAPABILITIES,
    }

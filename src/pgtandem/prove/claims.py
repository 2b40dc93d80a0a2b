"""Which claims of a token a schema asks for that nobody in the declaration has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pgtandem.prove.access import Access

# The token as PostgreSQL prints it or as people write it, then the steps into it.
_ASKED = re.compile(
    r"(?:\bjwt\(\)|'request\.jwt\.claims?')(?:[\s(),:\"']|\b(?:as|jsonb?|text|jwt|true|null)\b)*"
    r"(?P<steps>(?:->>?\s*'[^']+'(?:::\w+)?[\s)]*)+)",
    re.IGNORECASE,
)
_STEP = re.compile(r"->>?\s*'([^']+)'")
# What the experiment gives to people and takes from them, and what they may say of themselves.
_TRIED = {"sub", "role", "aud", "iss", "aal", "amr", "email", "phone", "is_anonymous", "user_metadata"}


def unheld(access: Access, texts: Iterable[str]) -> Iterator[str]:
    """Yield the claims, as a.b, of which the texts ask and which no identity has: what they allow is never tried."""
    asked = {tuple(_STEP.findall(found["steps"])): None for text in texts for found in _ASKED.finditer(text)}
    for path in asked:
        if path[0] not in _TRIED and not any(_has(each.claims, path) for each in access.identities.values()):
            yield ".".join(path)


def _has(claims: Mapping[str, object], path: tuple[str, ...]) -> bool:
    first, *rest = path
    inner = claims.get(first)
    return first in claims and (not rest or not isinstance(inner, dict) or _has(inner, tuple(rest)))

"""Mail addresses made comparable: one form for each mailbox, so that nobody has two accounts with one."""

import unicodedata


def canonical_address(text: str) -> str:
    """Bring a mail address to the one form under which it is stored and looked up.

    Parameters: `text`, what somebody typed, any length.
    Returns: lower case, compatible letters made plain (full-width to ASCII), the domain in ASCII and without its last
    dot. What cannot be brought there comes back with its strange letters, so that a check of its form refuses it.
    Cost: linear in the length.
    Source: Unicode Standard Annex 15 (NFKC); RFC 3490 (domain names in ASCII).
    """
    local, at, domain = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    return f"{local.lower()}{at}{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    bare = domain.lower().removesuffix(".")
    if bare.isascii():
        return bare
    try:
        return bare.encode("idna").decode("ascii")
    except UnicodeError:
        return bare

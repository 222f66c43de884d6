"""A small identity provider on 127.0.0.1 that speaks OpenID Connect, honest or not, as a test wants it."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "modus"


@dataclass
class Provider:
    """What it says of whoever signs in, and what it heard; `lies` replaces claims of the ID token."""

    claims: dict[str, Any]
    lies: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
    signing_key: Any = None
    address: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)

    def consent(self, location: str) -> str:
        """What a person does at the provider; the path with which she comes back."""
        self.asked = parse_qs(urlsplit(location).query)
        return f"/account/provider/return/?code=granted&state={self.asked['state'][0]}"

    def answer(self, path: str, sent: dict[str, list[str]]) -> Any:
        """The answer of each of its addresses."""
        if path.endswith("/openid-configuration"):
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {
                "issuer": self.address,
                "userinfo_endpoint": f"{self.address}/userinfo",
                **{name: f"{self.address}/{end}" for name, end in names.items()},
            }
        if path.endswith("/keys"):
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        if path.endswith("/userinfo"):
            return self.claims
        return self._token(sent)

    def _token(self, sent: dict[str, list[str]]) -> Any:
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != self.asked["code_challenge"][0] or self.asked["code_challenge_method"] != ["S256"]:
            return {"error": "invalid_grant"}
        at = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": at, "exp": at + 60, "nonce": self.asked["nonce"][0]}
        token = jwt.encode(
            {**said, **self.claims, **self.lies}, self.signing_key or self.key, "RS256", headers={"kid": "one"}
        )
        return {"access_token": "granted", "token_type": "Bearer", "id_token": token, "expires_in": 60}


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """Let it answer as long as a test lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(parse_qs(self.rfile.read(length).decode()))

        def _answer(self, sent: dict[str, list[str]]) -> None:
            body = json.dumps(provider.answer(urlsplit(self.path).path, sent)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

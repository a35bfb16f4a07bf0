"""An authenticator in software: it makes passkeys and answers by them as WebAuthn level 3 has it (ES256)."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40

Json = dict[str, Any]


@dataclass
class Passkey:
    """A passkey on its authenticator; a test turns what it should not be."""

    origin: str
    rp_id: str
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(24))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: str = ""
    count: int = 0
    flags: int = USER_PRESENT | USER_VERIFIED

    @property
    def id(self) -> str:
        return bytes_to_base64url(self.credential_id)

    def made(self, options: Json) -> Json:
        """Answer creation options."""
        self.user_handle = options["user"]["id"]
        data = self._data(ATTESTED) + bytes(16) + struct.pack(">H", len(self.credential_id))
        data += self.credential_id + self._cose_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options["challenge"]),
            attestationObject=attestation,
        )

    def answers(self, options: Json) -> Json:
        """Answer request options; the counter goes on."""
        self.count += 1
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data()
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        answer = self._answer(clientDataJSON=client_data, authenticatorData=data, signature=signed)
        answer["response"]["userHandle"] = self.user_handle
        return answer

    def _answer(self, **response: bytes) -> Json:
        encoded: Json = {name: bytes_to_base64url(value) for name, value in response.items()}
        return {"id": self.id, "rawId": self.id, "type": "public-key", "response": encoded}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(
            ">BI", self.flags | more, self.count
        )

    def _cose_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

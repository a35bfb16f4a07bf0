"""Checksums of what a request carries, by the checksum extension of tus 1.0.0."""

import base64
import binascii
import hashlib
import hmac

from parlour.core.errors import ParlourError

ALGORITHMS = ("sha1", "sha256", "md5")


class ChecksumError(ParlourError):
    """What came is not what was sent; none of it counts."""

    status = 460
    title = "Checksum mismatch"


class UnknownChecksumError(ParlourError):
    """A checksum that cannot be read, or of an algorithm that is not offered."""

    status = 400
    title = "Unknown checksum"


class Checksum:
    """The checksum that a request's bytes are said to have; made of `algorithm base64` (Upload-Checksum).

    Raises:
        UnknownChecksumError: it cannot be read, or its algorithm is not one of `ALGORITHMS`.
    """

    def __init__(self, given: str) -> None:
        algorithm, _, encoded = given.strip().partition(" ")
        if algorithm not in ALGORITHMS:
            raise UnknownChecksumError(
                "unknown_checksum", f"A checksum is one of {', '.join(ALGORITHMS)}, followed by base64."
            )
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        try:
            self._expected = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise UnknownChecksumError("unknown_checksum", "This checksum is not valid base64.") from error

    def take(self, data: bytes) -> None:
        """Add bytes."""
        self._hash.update(data)

    def verify(self) -> None:
        """Compare.

        Raises:
            ChecksumError: the bytes are others.
        """
        if not hmac.compare_digest(self._hash.digest(), self._expected):
            raise ChecksumError(
                "checksum_mismatch",
                "What arrived is not what was sent. Nothing of it was kept; send it again.",
            )

"""Archives, in bytes."""

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

# In two parts, so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def zipped(files: Mapping[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a zip of files by their names; those in `stored` are not compressed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, compress_type=how)
    return out.getvalue()


def nested(depth: int, innermost: bytes) -> bytes:
    """Return a zip in a zip in a zip …"""
    for level in range(depth):
        innermost = zipped({f"level-{level}.zip": innermost})
    return innermost


def bomb(megabytes: int = 1000) -> bytes:
    """Return a zip of zeros, in a zip: of some kilobytes, and quickly made, for its blocks are all the same."""
    zeros, crc = bytes(1_000_000), 0
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        crc = zlib.crc32(zeros, crc)
    packed = block * megabytes + packer.flush()
    return zipped({"zeros.zip": _zip_of("zeros", packed, crc, megabytes * len(zeros))})


def _zip_of(name: str, packed: bytes, crc: int, size: int, *, how: int = 8, flags: int = 0) -> bytes:
    """Return a zip of one file that is packed already (APPNOTE 4.3)."""
    common = struct.pack("<HHHHHIIIHH", 20, flags, how, 0, 0x21, crc, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + common + name.encode() + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + bytes(14) + name.encode()
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def encrypted_zip(data: bytes, password: bytes = b"parlour") -> bytes:
    """Return a zip of one file, encrypted as PKZIP does (APPNOTE 6.1)."""
    cipher = _PkzipCipher(password)
    crc = zlib.crc32(data)
    body = cipher.encrypt(bytes(11) + bytes([crc >> 24]) + data)
    return _zip_of("secret.txt", body, crc, len(data), how=0, flags=1)


class _PkzipCipher:
    def __init__(self, password: bytes) -> None:
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._turn(byte)

    def encrypt(self, data: bytes) -> bytes:
        return bytes(self._byte(byte) for byte in data)

    def _byte(self, byte: int) -> int:
        mixed = (self.keys[2] | 2) & 0xFFFF
        encrypted = byte ^ ((mixed * (mixed ^ 1)) >> 8) & 0xFF
        self._turn(byte)
        return encrypted

    def _turn(self, byte: int) -> None:
        self.keys[0] = _crc(self.keys[0], byte)
        self.keys[1] = ((self.keys[1] + (self.keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.keys[2] = _crc(self.keys[2], self.keys[1] >> 24)


def _crc(old: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), old ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def tar_gz(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, BytesIO(data))
    return out.getvalue()


def windows_program() -> bytes:
    """Return the headers of a Windows program (PE32+), of which nothing runs."""
    stub = b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64)
    header = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0, 0, 0, 240, 0x22)
    optional = struct.pack("<HBBIIIII", 0x20B, 14, 0, 512, 0, 0, 0x1000, 0x1000)
    section = struct.pack("<8sIIIIIIHHI", b".text", 512, 0x1000, 512, 512, 0, 0, 0, 0, 0x60000020)
    return (stub + header + optional.ljust(240, b"\0") + section).ljust(1024, b"\0")

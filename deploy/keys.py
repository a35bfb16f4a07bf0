"""Secrets of the embedded stack, made once and kept in `<data>/secrets`, readable by their owner only."""

import secrets
from pathlib import Path

from deploy.rendering import write_private


def secret_key(data_dir: Path) -> str:
    """Return the key that signs access tokens."""
    return _kept(data_dir, "secret-key", length_bytes=48).read_text().strip()


def demo_password_file(data_dir: Path) -> Path:
    """Return the file with the demo's password."""
    return _kept(data_dir, "demo-password", length_bytes=12)


def _kept(data_dir: Path, name: str, *, length_bytes: int) -> Path:
    folder = data_dir / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists() or not path.read_text().strip():
        write_private(path, secrets.token_urlsafe(length_bytes) + "\n")
    return path

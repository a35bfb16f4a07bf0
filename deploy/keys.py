"""Secrets of the embedded stack, made once and kept in `<data>/secrets`, readable by their owner only."""

import base64
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from deploy.rendering import write_private
from parlour.core.people.keyring import all_keys, rotate
from parlour.core.settings import Settings


def secret_key(data_dir: Path) -> str:
    """Return the key that signs links."""
    return _kept(data_dir, "secret-key", partial(secrets.token_urlsafe, 48)).read_text().strip()


def vapid_key(data_dir: Path) -> str:
    """Return the key that signs web pushes; browsers subscribe for it, so it must not change."""
    return _kept(data_dir, "vapid-key", _new_vapid_key).read_text().strip()


def token_keys(settings: Settings) -> Path:
    """Return the folder of the keys that sign access tokens, with one in it."""
    folder = settings.data_dir / "secrets/token-keys"
    if not all_keys(folder):
        rotate(folder, keep_seconds=settings.access_token_seconds)
    return folder


def s3_access_key(data_dir: Path) -> str:
    """Return the access key that the embedded object store knows."""
    return _kept(data_dir, "s3-access-key", partial(secrets.token_hex, 10)).read_text().strip()


def s3_secret_key(data_dir: Path) -> str:
    """Return the secret key that goes with it."""
    return _kept(data_dir, "s3-secret-key", partial(secrets.token_urlsafe, 30)).read_text().strip()


def rabbitmq_password(data_dir: Path) -> str:
    """Return the password of the embedded broker's account."""
    return _kept(data_dir, "rabbitmq-password", partial(secrets.token_urlsafe, 30)).read_text().strip()


def demo_password_file(data_dir: Path) -> Path:
    """Return the file with the demo's password."""
    return _kept(data_dir, "demo-password", partial(secrets.token_urlsafe, 12))


def _new_vapid_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")


def _kept(data_dir: Path, name: str, make: Callable[[], str]) -> Path:
    folder = data_dir / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists() or not path.read_text().strip():
        write_private(path, make() + "\n")
    return path

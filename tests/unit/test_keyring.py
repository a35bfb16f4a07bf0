"""The keys of access tokens: a new one signs once all processes know it, an old one is believed as long as need be."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from parlour.core.ids import SessionId, UserId
from parlour.core.model.people import Identity
from parlour.core.people.keyring import SETTLE_SECONDS, Key, Keyring, all_keys, rotate
from parlour.core.people.tokens import issue_access_token, read_access_token
from parlour.core.settings import Settings

KEEP = 900


def made(folder: Path, *, ago: float) -> Key:
    """Make a key as of some seconds ago."""
    key = rotate(folder, keep_seconds=KEEP)
    stamp = (datetime.now(UTC) - timedelta(seconds=ago)).strftime("%Y%m%dT%H%M%SZ")
    key.path.rename(folder / f"{stamp}-{key.path.name.partition('-')[2]}")
    return next(one for one in all_keys(folder) if one.kid == key.kid)


def test_a_house_without_keys_signs_nothing_and_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="parlour keys rotate"):
        Keyring(tmp_path).signing()


def test_the_first_key_signs_at_once(tmp_path: Path) -> None:
    assert Keyring(tmp_path / "new").public().keys == []
    key = rotate(tmp_path, keep_seconds=KEEP)
    assert Keyring(tmp_path).signing().kid == key.kid


def test_a_new_key_is_believed_before_it_signs(tmp_path: Path) -> None:
    old, new = made(tmp_path, ago=3_600), made(tmp_path, ago=SETTLE_SECONDS / 2)
    keys = Keyring(tmp_path)
    assert keys.signing().kid == old.kid
    assert keys.checking(new.kid) is not None


def test_a_settled_key_signs_and_the_old_one_is_still_believed(tmp_path: Path) -> None:
    settings, identity = Settings(), Identity(UserId("ada"), SessionId("here"))
    old = made(tmp_path, ago=SETTLE_SECONDS + 9)
    token = issue_access_token(identity, Keyring(tmp_path), settings)
    new = made(tmp_path, ago=SETTLE_SECONDS + 1)
    keys = Keyring(tmp_path)
    assert keys.signing().kid == new.kid
    assert keys.checking(old.kid) is not None
    assert read_access_token(token, keys, settings) == identity


def test_renewing_removes_only_keys_whose_tokens_have_all_expired(tmp_path: Path) -> None:
    oldest, old = made(tmp_path, ago=9_000), made(tmp_path, ago=KEEP + SETTLE_SECONDS + 5)
    newest = rotate(tmp_path, keep_seconds=KEEP)
    assert [key.kid for key in all_keys(tmp_path)] == [old.kid, newest.kid]
    assert Keyring(tmp_path).checking(oldest.kid) is None


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    key = rotate(tmp_path / "keys", keep_seconds=KEEP)
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700

"""Verifying an audit: whether its entries are what was written, none changed, taken out or put in, and where not."""

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.audit import Checkpoint, Fault, FaultKind, Verified
from parlour.core.people.rights import require
from parlour.core.store.audit_chain import Beginning, hash_of
from parlour.core.store.mongo import Document

AT_A_TIME = 1000
EMPTY = Beginning().hash


async def verify_for(
    house: House, asker: UserId, workspace_id: WorkspaceId, *, after: int | None
) -> Verified:
    """Verify a part of a workspace's audit for someone; `after` goes on behind an entry.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "audit.read")
    return await verify(house, workspace_id, after=after, most=house.settings.audit_verified_at_once)


async def verify(
    house: House, workspace_id: WorkspaceId, *, after: int | None = None, most: int | None = None
) -> Verified:
    """Verify a workspace's audit, or `most` entries of it behind the entry `after`."""
    checkpoint = await house.audit.checkpoint(workspace_id)
    walk = _Walk(house, workspace_id)
    if after is None:
        await walk.begin(checkpoint)
    else:
        await walk.go_on(after)
    is_whole = await walk.walk(most)
    if is_whole:
        await walk.check_end()
    return Verified(
        intact=not walk.faults,
        entries=walk.entries,
        first_seq=walk.first,
        last_seq=walk.seq,
        last_hash=walk.hash,
        faults=walk.faults[: house.settings.audit_faults_shown],
        checkpoint=checkpoint,
        next=None if is_whole else walk.seq,
    )


class _Walk:
    """Along a chain: `seq` and `hash` are those of the last entry seen, which the next has to follow."""

    def __init__(self, house: House, workspace_id: WorkspaceId) -> None:
        self._house = house
        self._workspace_id = workspace_id
        self.seq = self.first = self.entries = 0
        self.hash = ""
        self.faults: list[Fault] = []

    async def begin(self, checkpoint: Checkpoint | None) -> None:
        """Stand before the first entry: behind the checkpoint, or what was noted before there were chains."""
        if checkpoint is None:
            await self._begin_at_first()
        else:
            self._check_seal(checkpoint)
            self.seq, self.hash = checkpoint.seq, checkpoint.hash
            await self._find_unsequenced()
        self.first = self.seq + 1

    async def _begin_at_first(self) -> None:
        self.hash = await self._house.audit.beginning(self._workspace_id)
        first = await self._house.audit.numbered(self._workspace_id, 1)
        follows = str(first.get("prev_hash")) if first else self.hash
        if follows == self.hash:
            return
        if follows == EMPTY:
            await self._find_unsequenced()
        else:
            words = "What was noted before entries had numbers is not what it was when the first got one."
            self._fault("changed", None, None, words)
        self.hash = follows

    async def go_on(self, after: int) -> None:
        """Stand behind an entry that was verified before."""
        found = await self._house.audit.numbered(self._workspace_id, after)
        self.seq, self.first = after, after + 1
        self.hash = str(found.get("hash")) if found else ""
        if found is None:
            self._fault("removed", after, None, f"Entry {after} is missing.")

    async def walk(self, most: int | None) -> bool:
        """Go along the entries, `most` of them; return whether that was the end."""
        while most is None or self.entries < most:
            limit = AT_A_TIME if most is None else min(AT_A_TIME, most - self.entries)
            found = await self._house.audit.chained(self._workspace_id, after=self.seq, limit=limit)
            for entry in found:
                self._step(entry)
            if len(found) < limit:
                return True
        return False

    def _step(self, entry: Document) -> None:
        self.entries += 1
        seq, own, about = entry["seq"], hash_of(entry), str(entry["id"])
        if not isinstance(seq, int) or seq <= self.seq:
            self._fault(
                "inserted",
                None,
                about,
                f"Behind entry {self.seq} one is put in that has no number of its own.",
            )
            return
        if seq > self.seq + 1:
            self._fault(
                "removed", seq, about, f"{_entries(self.seq + 1, seq - 1)} missing before entry {seq}."
            )
        if own != entry.get("hash"):
            self._fault("changed", seq, about, f"Entry {seq} is not what was written.")
        elif not self._is_sealed("entry", entry.get("seal"), seq, own):
            self._fault(
                "unsealed",
                seq,
                about,
                f"Entry {seq} was not written by this Parlour, or with another secret key.",
            )
        if seq == self.seq + 1 and entry.get("prev_hash") != self.hash:
            words = f"Entry {seq} does not follow the one before it: that was changed or exchanged."
            self._fault("unlinked", seq, about, words)
        self.seq, self.hash = seq, str(entry.get("hash"))

    async def check_end(self) -> None:
        """Check that nothing was cut off behind the last entry."""
        end = await self._house.audit.end(self._workspace_id)
        if end is None:
            if self.entries:
                self._fault("unsealed", self.seq, None, "The record of where this audit ends is missing.")
            return
        seq, digest = end.get("seq"), str(end.get("hash"))
        if not isinstance(seq, int) or not self._is_sealed("end", end.get("seal"), seq, digest):
            self._fault("unsealed", self.seq, None, "The record of where this audit ends was changed.")
        elif seq > self.seq:
            self._fault("removed", seq, None, f"{_entries(self.seq + 1, seq)} missing at the end.")
        elif seq == self.seq and digest != self.hash:
            self._fault("changed", seq, None, f"Entry {seq}, the last, is not what was written.")

    async def _find_unsequenced(self) -> None:
        async for entry in self._house.audit.unsequenced(self._workspace_id):
            self._fault("inserted", None, str(entry["id"]), "An entry without a number is put in.")

    def _check_seal(self, checkpoint: Checkpoint) -> None:
        if not self._is_sealed("checkpoint", checkpoint.seal, checkpoint.seq, checkpoint.hash):
            words = "The record of what was removed after its time was changed, or sealed with another secret key."
            self._fault("unsealed", checkpoint.seq, None, words)

    def _is_sealed(self, purpose: str, seal: object, seq: int, digest: str) -> bool:
        return self._house.audit.sealer.is_seal(seal, purpose, self._workspace_id, seq, digest)

    def _fault(self, kind: FaultKind, seq: int | None, about: str | None, words: str) -> None:
        self.faults.append(Fault(kind=kind, seq=seq, id=about, words=words))


def _entries(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"

"""What is said of files where there is room for words alone."""

from collections.abc import Mapping, Sequence

from parlour.core.ids import FileId

NAMED = 3


def sent_files(file_ids: Sequence[FileId], names: Mapping[FileId, str]) -> str:
    """Return "Sent 2 files: plan.pdf, roof.jpg", as far as their names are known; nothing without files."""
    if not file_ids:
        return ""
    known = [names[file_id] for file_id in file_ids if file_id in names]
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    count = "a file" if len(file_ids) == 1 else f"{len(file_ids)} files"
    return f"Sent {count}" + (f": {', '.join(known[:NAMED])}{more}" if known else "")

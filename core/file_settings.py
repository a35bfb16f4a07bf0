"""The settings of files: their limits, where they are stored, how they are scanned and previewed."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Port, Seconds


class FileSettings(BaseSettings):
    """Part of `Settings`."""

    # Files.
    file_max_bytes: Count = Field(100_000_000, description="largest file in bytes")
    file_name_max_length: Annotated[int, Field(ge=20, le=255)] = Field(
        200, description="longest name of a file in characters; longer ones are cut before their extension"
    )
    files_per_message: Count = Field(10, description="files of one message")
    files_per_request: Count = Field(100, description="files that one request may ask for by their ids")
    files_examined_max: Count = Field(
        1000,
        description="files that one page of a list looks through for those with some words in their name",
    )
    workspace_storage_bytes: Count = Field(
        20_000_000_000, description="bytes that the files of one workspace may have together"
    )
    files_per_person: Count = Field(
        50_000, description="files that one person may have uploaded and not deleted, in all workspaces"
    )
    file_types_refused: str = Field(
        "application/x-dosexec, application/x-executable, application/x-msi, application/vnd.android.package-archive",
        description="types that are refused, by content, separated by commas; video/* stands for all of its family",
    )
    file_types_allowed: str = Field(
        "",
        description="the only types that are taken, by content, separated by commas; empty: all but the refused",
    )
    file_link_seconds: Count = Field(
        3600, description="seconds for which a link to a file's content holds, for its reader alone"
    )
    file_unattached_days: Count = Field(
        7, description="days after which a file that no message holds is deleted"
    )
    file_sweep_interval: Seconds = Field(
        300, description="seconds between looks for what files, uploads and objects left behind"
    )
    file_sweep_batch: Count = Field(
        1000, description="files, contents or objects that each look of the sweep goes through"
    )
    file_stalled_seconds: Count = Field(
        60, description="seconds after which the sweep starts the workflow of a file that has none"
    )
    file_orphan_seconds: Count = Field(
        3600, description="seconds for which the sweep leaves alone what nothing seems to belong to"
    )
    file_reason_max_length: Count = Field(
        500, description="longest reason for releasing a file, in characters"
    )

    # Uploads.
    upload_segment_bytes: Annotated[int, Field(ge=65_536)] = Field(
        8_388_608, description="bytes of an upload that are stored at a time, and held in memory meanwhile"
    )
    upload_memory_bytes: Annotated[int, Field(ge=8_388_608)] = Field(
        268_435_456,
        description="bytes that the uploads of one process hold in memory together; the more there are at once, the "
        "smaller are their segments",
    )
    upload_expires_hours: Count = Field(
        24, description="hours after which an upload that does not go on is discarded"
    )
    uploads_per_person: Count = Field(50, description="uploads one person may have under way")
    upload_idle: Seconds = Field(
        30, description="seconds without a byte after which an upload's request ends"
    )
    upload_take_over: Seconds = Field(
        5,
        description="seconds of silence of a request after which another one may go on with its upload instead",
    )
    upload_segments_max: Count = Field(
        10_000, description="pieces in which one upload may come in; each request makes at least one"
    )
    form_max_bytes: Count = Field(
        20_000_000, description="largest file in a multipart form; larger ones are uploaded resumably (tus)"
    )

    # The file store, any S3.
    s3_url: str = Field("http://127.0.0.1:8433", description="address of the S3 that keeps files")
    s3_bucket: str = Field("parlour", description="its bucket, there already in production")
    s3_region: str = Field("us-east-1", description="its region")
    s3_access_key: SecretStr = Field(
        SecretStr(""), description="access key for it; deploy/up makes one and keeps it in the data folder"
    )
    s3_secret_key: SecretStr = Field(SecretStr(""), description="secret key for it, made likewise")
    s3_timeout: Seconds = Field(30, description="seconds one request to it may take")
    s3_port: Port = Field(
        8433, description="port of the embedded SeaweedFS's S3; its others count up (deploy/up only)"
    )

    # The virus scanner.
    clamav_address: Annotated[str, Field(pattern=r"^.+:\d{1,5}$")] = Field(
        "127.0.0.1:3410", description="host and port of clamd"
    )
    clamav_port: Port = Field(3410, description="port of the embedded clamd (deploy/up only)")
    clamav_test_signatures: bool = Field(
        False,
        description="clamd knows nothing but the test signature; set by deploy/up where it has no others",
    )
    clamav_signatures_max_days: Annotated[int, Field(ge=0)] = Field(
        0, description="age in days of signatures above which files wait for newer ones; 0: any age will do"
    )
    scan_timeout: Seconds = Field(120, description="seconds one scan may take")
    scan_threads: Count = Field(2, description="scans of one worker at once")
    scan_per_second: Seconds = Field(
        50, description="scans of all workers begun a second, also after an outage"
    )
    scan_max_bytes: Annotated[int, Field(ge=1, le=2_000_000_000)] = Field(
        100_000_000, description="largest file that is scanned, and that clamd takes (StreamMaxLength)"
    )
    scan_unpacked_max_bytes: Count = Field(
        400_000_000,
        description="bytes of a file, once all in it is unpacked, that clamd looks at (deploy/up only)",
    )
    scan_nesting_max: Annotated[int, Field(ge=1, le=100)] = Field(
        17, description="depth of archives in archives to which clamd looks (deploy/up only)"
    )
    scan_members_max: Count = Field(
        10_000, description="files of one archive that clamd looks at (deploy/up only)"
    )
    scan_too_large: Literal["refuse", "hold"] = Field(
        "hold", description="what becomes of files larger than that: refused, or held for an owner to decide"
    )
    scan_unreadable: Literal["refuse", "hold"] = Field(
        "hold",
        description="what becomes of what the scanner cannot look into (encrypted, nested too deep, too large once "
        "unpacked): refused, or held for an owner to decide",
    )
    scan_attempts: Count = Field(
        10,
        description="scans of a file that the scanner may break off before the file counts as one it cannot look into",
    )
    scan_keep_trying_days: Count = Field(
        7, description="days for which a file waits for a scanner that does not answer"
    )

    files_at_once: Count = Field(2, description="files that one worker puts together at once")

    # Previews and text, made in a process of its own that has no network.
    preview_memory_bytes: Count = Field(1_500_000_000, description="memory that making a preview may take")
    preview_make_seconds: Count = Field(60, description="seconds that making a preview may take")
    preview_result_bytes: Count = Field(20_000_000, description="largest preview in bytes")
    preview_image_pixels: Count = Field(
        100_000_000, description="most pixels of a picture that is previewed, known before one is unpacked"
    )
    preview_frames: Count = Field(200, description="most frames of an animated preview")
    preview_processes: Count = Field(2, description="previews that one worker makes at once")
    preview_source_bytes: Count = Field(
        500_000_000, description="largest file that is previewed, or searched for text"
    )
    file_text_max: Count = Field(200_000, description="characters of a file's text that are searched")
    head_lines: Count = Field(40, description="lines of a text that its preview shows")
    head_max: Count = Field(20_000, description="characters that this preview has at most")

"""The settings of what people are and say of themselves: profiles, pictures, deactivation and erasure."""

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds


class PersonSettings(BaseSettings):
    """Part of `Settings`."""

    # Profiles.
    pronouns_max_length: Count = Field(40, description="longest pronouns of a person in characters")
    avatar_max_bytes: Count = Field(
        700_000,
        description="largest picture of a person in bytes; in base64 it has to fit into request_max_bytes",
    )
    avatar_max_pixels: Count = Field(
        40_000_000, description="most pixels of such a picture, before it is cut and made small"
    )

    # Leaving.
    reactivation_days: Count = Field(
        90, description="days for which the link works that a mail to a deactivated account holds"
    )
    erasure_grace_days: float = Field(
        14, ge=0, description="days in which the erasure of an account can be taken back"
    )
    erasure_batch: Count = Field(
        200, description="records or messages that one step of an erasure takes at once"
    )
    erasure_report_days: Count = Field(
        90, description="days for which it can be read what an erasure erased and what it kept"
    )
    erasure_farewell: Seconds = Field(
        86_400,
        description="seconds for which the last mail of an erasure is tried before its address is forgotten as well",
    )

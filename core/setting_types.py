"""What values settings take."""

from typing import Annotated

from pydantic import BeforeValidator, Field

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
WebAddress = Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
SecondsOrAlways = Annotated[
    float | None, Field(ge=0), BeforeValidator(lambda given: None if given == "" else given)
]

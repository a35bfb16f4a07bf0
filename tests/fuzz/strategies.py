"""What fuzzing sends: requests by a description, right and wrong, and anything that JSON can say."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from tests.fuzz.described import Ids

Request = Case[Any]
Operation = APIOperation[Any, Any, Any, Any]
PLAIN = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same cases in each run, and a failure told as it came: against servers, nothing is made smaller."""
ODD_TEXTS = ["", "\0", "x" * 70_000, "../../etc/passwd", "🙈" * 5_000, "\u202e", "null", "-1", "{}", "$where"]
ODD_NUMBERS = [-1, 0, 2**31, 2**53, 2**63 - 1, -(2**63), 2**64, 10**30, 1e308, -0.0, 0.5]
_LEAF = (
    st.none()
    | st.booleans()
    | st.sampled_from(ODD_NUMBERS)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(ODD_TEXTS)
    | st.text()
)
ANYTHING = st.recursive(_LEAF, lambda part: st.lists(part) | st.dictionaries(st.text(), part), max_leaves=30)


def cases(operation: Operation, ids: Ids) -> st.SearchStrategy[Request]:
    """Return requests as described, most about what is there, and as many that are not so."""
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    there = {part.name: ids[part.name][0] for part in operation.path_parameters if part.name in ids}
    if there:
        right |= operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=there)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return right if wrong.is_empty else st.one_of(right, wrong)

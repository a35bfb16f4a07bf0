"""The gateways, and a table of what the faults did."""

import pytest

from parlour.core.settings import Settings
from tests.faults.under_load.outcome import Outcome, table

OUTCOMES = pytest.StashKey[list[Outcome]]()


@pytest.fixture
def outcomes(request: pytest.FixtureRequest) -> list[Outcome]:
    """What the summary will show."""
    return request.config.stash.setdefault(OUTCOMES, [])


@pytest.fixture(scope="session")
def gateways(stack_settings: Settings) -> list[str]:
    """The address of each gateway."""
    first = stack_settings.socket_port
    return [f"http://127.0.0.1:{first + i}" for i in range(stack_settings.socket_processes)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    outcomes = config.stash.get(OUTCOMES, [])
    if not outcomes:
        return
    terminalreporter.section("faults under load")
    for line in table(outcomes):
        terminalreporter.write_line(line)

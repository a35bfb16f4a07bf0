"""Every type of workflow has its words, in one place, for the API and the UI alike."""

from parlour.activities import names
from parlour.core.runs.redact import LONGEST, redacted
from parlour.core.runs.registry import TYPES, listed
from parlour.core.runs.words import WORKFLOWS, step_words, words_of
from parlour.workflows.main import WORKFLOWS as REGISTERED


def test_every_workflow_that_the_worker_runs_says_what_it_promises_in_words() -> None:
    assert {workflow.__name__ for workflow in REGISTERED} == set(WORKFLOWS), (
        "add what the workflow promises, and its steps, to core/runs/words.py"
    )
    for name, words in WORKFLOWS.items():
        assert words.title, name
        assert words.promises.endswith("."), name
        assert words.steps, name


def test_every_step_that_a_workflow_may_take_has_its_words() -> None:
    activities = {value for name, value in vars(names).items() if name.isupper()}
    told = {step for words in WORKFLOWS.values() for step in words.steps}
    assert told == activities, "add the steps of the workflow to core/runs/words.py"


def test_every_signal_of_a_workflow_has_its_words() -> None:
    for workflow in REGISTERED:
        definition = getattr(workflow, "__temporal_workflow_definition")
        assert set(definition.signals) - {None} == set(WORKFLOWS[workflow.__name__].signals), (
            workflow.__name__
        )


def test_what_has_no_words_is_told_by_its_name() -> None:
    assert words_of("SomethingNew").title == "SomethingNew"
    assert step_words("SomethingNew", "do_this") == "Do this"


def test_every_type_of_run_tells_what_it_takes_and_results_in() -> None:
    items = listed().items
    assert [item.name for item in items] == list(TYPES)
    for item in items:
        assert b'"properties"' in bytes(item.input), item.name
        assert item.steps, item.name
        assert item.promises.endswith("."), item.name


def test_secrets_and_long_quotes_are_left_out_of_what_servers_say() -> None:
    said = {
        "cannot reach mongodb://ada:s3cret@host:1/db": "cannot reach mongodb://…@host:1/db",
        "refused: Bearer abcdefghijklmnop.qrst": "refused: Bearer …",
        "token=abc123, host down": "token=…, host down",
        "bad prl_pat_0199_verysecret here": "bad … here",
        "550 mailbox\n   unavailable": "550 mailbox unavailable",
    }
    for message, told in said.items():
        assert redacted(message) == told
    assert len(redacted("word " * 200)) == LONGEST
    assert redacted("x1" * 40) == "…"
    assert redacted("0199a1b2-0000-7000-8000-000000000000") == "0199a1b2-0000-7000-8000-000000000000"

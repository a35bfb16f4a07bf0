"""What holds of notifications: one's own choice, else the workspace's, else the settings'; and what may be chosen."""

import pytest

from parlour.core.errors import InvalidError
from parlour.core.model.notifications import KINDS, NotificationPreferences, QuietHours
from parlour.core.notify.choices import PreferencesPatch, checked, first_words
from parlour.core.notify.preferences import WAYS, effective
from parlour.core.settings import Settings

SETTINGS = Settings(_env_file=None)
NOTHING = NotificationPreferences()
NIGHT = QuietHours(begins="22:00", ends="08:00")


def refusal(patch: PreferencesPatch) -> InvalidError:
    with pytest.raises(InvalidError) as refused:
        checked(patch, SETTINGS)
    return refused.value


def test_without_any_choice_the_settings_hold() -> None:
    found = effective(SETTINGS, NOTHING, NOTHING)
    assert (found.level, found.keywords, found.quiet) == ("mentions", [], None)
    assert (found.push_after, found.email_after) == (SETTINGS.notify_push_after, SETTINGS.notify_email_after)
    assert found.ways == WAYS
    assert set(found.ways) == set(KINDS)


def test_ones_own_choice_comes_before_the_workspaces() -> None:
    said = NotificationPreferences(level="nothing", push_after=60, sound=False, quiet=NIGHT)
    mine = NotificationPreferences(level="all", sound=True)
    found = effective(SETTINGS, said, mine)
    assert (found.level, found.push_after, found.sound, found.quiet) == ("all", 60, True, NIGHT)


def test_someone_can_have_no_quiet_hours_where_the_workspace_has_them() -> None:
    said = NotificationPreferences(quiet=NIGHT)
    assert effective(SETTINGS, said, NotificationPreferences(quiet="none")).quiet is None
    assert effective(SETTINGS, said, NOTHING).quiet == NIGHT


def test_the_ways_of_each_kind_are_chosen_for_itself() -> None:
    said = NotificationPreferences(ways={"mention": [], "direct": ["email"]})
    mine = NotificationPreferences(ways={"mention": ["push"]})
    found = effective(SETTINGS, said, mine).ways
    assert (found["mention"], found["direct"], found["thread"]) == (["push"], ["email"], WAYS["thread"])


def test_keywords_are_trimmed_and_those_compared_alike_are_kept_once() -> None:
    patch = PreferencesPatch(keywords=["  Release   Notes ", "release notes", "Café", "cafe", "C++"])
    fields = checked(patch, SETTINGS)
    assert fields == {"keywords": ["Release Notes", "Café", "C++"]}
    assert first_words(fields["keywords"]) == ["c", "cafe", "release"]


def test_keywords_that_cannot_be_taken_say_why_and_by_which_setting() -> None:
    long, many = refusal(PreferencesPatch(keywords=["x" * 51])), [f"word{i}" for i in range(51)]
    assert "keyword_max_length" in long.detail
    assert refusal(PreferencesPatch(keywords=many)).code == "too_many_keywords"
    assert "no letter" in refusal(PreferencesPatch(keywords=["!!!"])).detail


@pytest.mark.parametrize("clock", ["24:00", "7:30", "07:60", "noon", "", "07:30:00", "٠٧:٣٠"])
def test_a_time_of_the_day_is_two_digits_each(clock: str) -> None:
    assert refusal(PreferencesPatch(email_at=clock)).errors is not None
    assert "22:00" in refusal(PreferencesPatch(quiet=QuietHours(begins=clock, ends="08:00"))).detail


def test_quiet_hours_that_never_end_are_refused() -> None:
    always = refusal(PreferencesPatch(quiet=QuietHours(begins="00:00", ends="00:00")))
    assert "never end" in always.detail


def test_all_days_are_no_choice_of_days() -> None:
    quiet = QuietHours(
        begins="22:00",
        ends="08:00",
        days=["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
    )
    assert checked(PreferencesPatch(quiet=quiet), SETTINGS)["quiet"]["days"] == []
    some = QuietHours(begins="22:00", ends="08:00", days=["sunday", "monday", "monday"])
    assert checked(PreferencesPatch(quiet=some), SETTINGS)["quiet"]["days"] == ["monday", "sunday"]


@pytest.mark.parametrize("seconds", [0, 4, 86_401, -1])
def test_waiting_has_bounds_that_settings_name(seconds: int) -> None:
    assert "notify_after_min" in refusal(PreferencesPatch(push_after=seconds)).detail
    assert "notify_after_max" in refusal(PreferencesPatch(email_after=seconds)).detail


def test_what_is_given_back_is_stored_as_nothing_and_what_is_absent_stays() -> None:
    assert checked(PreferencesPatch(), SETTINGS) == {}
    given_back = checked(PreferencesPatch(level=None, ways={"mention": None}, quiet=None), SETTINGS)
    assert given_back == {"level": None, "ways.mention": None, "quiet": None}
    assert checked(PreferencesPatch(quiet="none", ways=None), SETTINGS) == {"quiet": "none", "ways": None}
    assert checked(PreferencesPatch(ways={"mention": ["push", "push"]}), SETTINGS) == {
        "ways.mention": ["push"]
    }

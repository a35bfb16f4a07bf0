"""`/approve`: what is asked, and of whom, is said in the dialog that it opens."""

from parlour.core.chat.command_registry import Called, Commands, Outcome
from parlour.core.people.rights import require

commands = Commands()


@commands.add("approve", "[@person] [what]", "Ask for an approval here: /approve @ben May I deploy?")
async def ask_by_words(called: Called) -> Outcome:
    """Open the dialog, for who may ask.

    Raises:
        ForbiddenError: `missing_right`.
    """
    await require(called.house, called.workspace_id, called.user_id, "workflow.start")
    return Outcome(dialog="approval", notice="Say in the dialog who may answer, and until when.")

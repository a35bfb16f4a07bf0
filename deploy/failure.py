"""The one error of the stack: a sentence for people that says what to do."""


class StackError(Exception):
    """Something stands in the way of starting or stopping. Its text is shown as it is."""

    def __init__(self, text: str, *, details: str = "") -> None:
        super().__init__(text)
        self.details = details

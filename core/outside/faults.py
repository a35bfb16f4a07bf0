"""What keeps a world outside from being used at all."""


class ConfigurationError(Exception):
    """A setting is missing or wrong; its words name it, and never its value."""

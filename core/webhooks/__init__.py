"""Webhooks: messages that come in by an address of their own, and events that go out, signed."""

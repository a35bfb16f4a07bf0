"""Notifying people: whom, why, on which way, when; and why not."""

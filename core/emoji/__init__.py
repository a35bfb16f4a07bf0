"""Emoji: those of Unicode by character or name, and those that a workspace adds."""

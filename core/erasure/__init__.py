"""Erasing an account: what is stored of a person goes, step by step, and a report says what was kept and why."""

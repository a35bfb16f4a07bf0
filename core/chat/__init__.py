"""Rules about conversations: channels, sending, history, reading, presence, delivery."""

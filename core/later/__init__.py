"""Rules about what happens at a later time: scheduled messages, reminders, what is saved for later, drafts."""

"""Rules about people: accounts, sessions, workspaces, invitations."""

"""Setting up workspaces: the steps of it, invitations to them, and the welcome of who comes."""

"""What those who run a workspace look at: its channels, its storage, the health of what it runs on."""

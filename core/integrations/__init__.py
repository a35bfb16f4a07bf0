"""What integrators connect: tokens, bots, buttons, approvals and slash commands."""

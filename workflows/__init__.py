"""The promises: one workflow a file, deterministic; and the worker that runs them."""

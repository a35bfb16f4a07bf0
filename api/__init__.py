"""The HTTP API on Sanic: one resource a file, each a thin translation into a rule of `core`."""

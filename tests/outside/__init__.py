"""The other side of every world outside: servers that speak the true protocol, verify, and answer as they are told."""

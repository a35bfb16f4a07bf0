"""Real files, made when they are needed: no binaries lie in the repository."""

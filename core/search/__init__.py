"""Search: what is indexed, what may be asked, and what the searcher may see of it."""

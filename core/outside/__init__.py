"""The worlds outside that take what leaves the house: mail servers and push services, one a file."""

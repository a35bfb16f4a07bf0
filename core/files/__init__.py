"""Files: uploaded, scanned before anyone sees them, previewed, served, and found."""

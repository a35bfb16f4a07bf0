"""What people see: the pages, and what the browser loads."""

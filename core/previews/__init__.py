"""Previews of the pages that messages link to, fetched by the server and never from private addresses."""

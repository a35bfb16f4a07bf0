"""The domain's types: what is stored, sent and answered."""

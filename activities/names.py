"""The names by which workflows call activities."""

ROUTE_ENTRIES = "route_entries"
SWEEP_CHANNELS = "sweep_channels"

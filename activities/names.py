"""The names by which workflows call activities."""

ROUTE_ENTRIES = "route_entries"
SWEEP_CHANNELS = "sweep_channels"
SEND_SCHEDULED = "send_scheduled"
GIVE_UP_SCHEDULED = "give_up_scheduled"
SWEEP_LATER = "sweep_later"

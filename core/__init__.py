"""What Parlour knows: settings, domain types and rules, stores, event bus, live fan-out, telemetry."""

"""The edge of the house: settings, profile, wiring, commands."""

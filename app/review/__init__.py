"""Tags looked at by a person, in the terminal."""

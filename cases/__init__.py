"""The pure domain: frozen values and functions over them. No I/O; `now` is always a parameter."""

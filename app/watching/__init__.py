"""How the running service is watched: metrics on an address of their own, a sign of life, an address that is pinged."""

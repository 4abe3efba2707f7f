"""The JSON API, `/api/v1`: what the pages do, for programs with a token (docs/api.md)."""

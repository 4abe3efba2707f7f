"""Webhooks: programs are told that something happened to a case (docs/api.md)."""

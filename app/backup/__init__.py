"""Backup and restore: one file that is the whole installation, checked on its way out and on its way in."""

"""Backups: everything that the city keeps, in one folder that can be checked, and the way back (docs/backup.md)."""

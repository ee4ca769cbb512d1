"""Exports: a `Report` in, a file out. Pure: no database, no clock."""

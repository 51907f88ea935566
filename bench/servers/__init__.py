"""Servers of our own for a measurement: Prefect's, and PostgreSQL for its database."""

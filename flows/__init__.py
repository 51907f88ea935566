"""The clock: Prefect, settings, wiring. The only floor that knows Prefect."""

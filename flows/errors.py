"""What can go wrong on the way up, named for the person who starts the house."""

from __future__ import annotations


class ConfigurationError(Exception):
    """A setting, a rule or a contact is wrong or missing. The message names it and says what to do."""


class OrderRefused(ValueError):
    """A run was asked for that cannot be: the message names what and says what there is."""

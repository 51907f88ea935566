"""Providers of messages as they answer, on this machine: signatures checked, codes in the body, rates, blocks, faults.

Written from the providers' documents and not from our channels, so that both can be wrong only in different ways.
"""

from bench.providers.fake import PHONE, SECRET, Asked, Fake, Provider, Reply, say
from bench.providers.serving import PROVIDERS, serving

__all__ = ["PHONE", "PROVIDERS", "SECRET", "Asked", "Fake", "Provider", "Reply", "say", "serving"]

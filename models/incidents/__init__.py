"""From hotspots to incidents."""

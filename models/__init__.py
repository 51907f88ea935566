"""What weather and fire are doing. Pure: no network, no disk, no clock, no logging."""

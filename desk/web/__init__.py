"""The duty desk in a browser: pages, actions, the map, the exchange with other platforms."""

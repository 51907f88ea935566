"""What the duty page shows, gathered from the store: each module one part of the page."""

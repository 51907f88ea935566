"""When fire is in season, and which days bring people with fire into the hills."""

"""What happens to alerts when things break: real dispatchers, real kills, and the receivers' own logs as the truth."""

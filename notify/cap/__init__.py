"""The Common Alerting Protocol 1.2: messages written, signed and judged. CAP's own scales occur here alone."""

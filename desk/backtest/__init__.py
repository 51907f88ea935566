"""``firewatch backtest``: danger and ignition probability against what happened."""

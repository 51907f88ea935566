"""研判: what an operator asks of the system before anything is sent, on the same functions as the commands."""

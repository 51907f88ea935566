"""Each feed failing in each way, round by round: what the product says, who is told, how it comes back."""

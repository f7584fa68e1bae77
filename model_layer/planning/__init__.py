"""What an effect will cost, told before it begins."""

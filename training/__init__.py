"""Training: data, recipes, evaluation. Nothing that runs the bot imports it."""

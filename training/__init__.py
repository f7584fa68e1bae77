"""Training of the networks from folders of pictures."""

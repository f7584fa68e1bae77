"""Gathering pictures from Flickr into a folder that the training can use."""

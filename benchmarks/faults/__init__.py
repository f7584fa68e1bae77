"""Everything that can go wrong, at once, by a seed: does everybody get their answer?"""

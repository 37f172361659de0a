"""Everything behind and before the subjects: sky, land, water, space, weather."""

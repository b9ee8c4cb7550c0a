"""Where things are: from words to places, and from places to words."""

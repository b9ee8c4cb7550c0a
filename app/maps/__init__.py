"""The map's own pictures: shapes of the city in, WebP out."""

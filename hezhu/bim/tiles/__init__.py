"""Models in the city model: their place on the map, their 3D Tiles, and the tileset over the whole city."""

"""Reports: their model, and its rendering."""

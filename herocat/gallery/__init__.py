"""The photos as people look through them: filtered, sorted, a page at a time, at any size."""

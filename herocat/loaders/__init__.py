"""Put what was read into the catalog, one module a kind of record, in short transactions."""

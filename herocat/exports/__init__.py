"""What leaves the catalog, one module a kind; each gets only what the gate let through."""

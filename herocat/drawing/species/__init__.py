"""Who is drawn: builds and coats, a module for each kind of animal."""

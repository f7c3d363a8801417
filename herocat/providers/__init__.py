"""Raters, one module a provider; none knows another, and none touches the catalog."""

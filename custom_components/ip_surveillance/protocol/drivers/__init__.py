"""One package per family; none imports another."""

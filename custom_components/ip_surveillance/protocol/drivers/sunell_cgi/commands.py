"""All commands of the family in one class, for the driver to inherit from.

The driver sets `client`, `facts`, `topology` and `mover`, and `knob_memory = KnobMemory()`.
"""

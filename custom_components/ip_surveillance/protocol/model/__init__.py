"""The common model: what exists (topology), what is true now (state), what happens (events)."""

"""Detection models that run on the device itself (AI Open Platform): engines, models, tasks, rules, their events."""

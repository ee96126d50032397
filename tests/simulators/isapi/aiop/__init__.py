"""The AI Open Platform of a simulated device: engines, models, tasks, rules, reference pictures and their events.

Written from the document (000_29ae79f8e0fdbaf4.txt, appendices D to G; in short: 000…txt). State: `state.Platform` in
`world.aiop`; requests: `service`; events: `happenings`; by hand: `control`.
"""

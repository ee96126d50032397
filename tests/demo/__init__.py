"""The demo: simulated devices and a real Home Assistant that is set up and used over its own API, by hand or by itself.

`scripts/demo` runs it. Nothing here imports the integration or Home Assistant: it looks at both from outside.
"""

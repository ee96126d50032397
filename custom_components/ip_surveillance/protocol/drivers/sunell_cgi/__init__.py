"""Sunell-type cameras and recorders with the text protocol of `.cgi` programs."""

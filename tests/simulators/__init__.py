"""Simulated devices that speak real protocols over real sockets on the loopback address."""

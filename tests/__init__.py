"""Tests of the IP Surveillance integration."""

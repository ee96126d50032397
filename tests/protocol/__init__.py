"""Tests of the wire protocols; no Home Assistant needed."""

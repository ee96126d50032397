"""Cameras whose dialect is JSON over POST with a session cookie (002_bc686381a93c0ce3.txt)."""

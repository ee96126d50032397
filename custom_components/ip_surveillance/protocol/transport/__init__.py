"""How bytes reach a driver: requests, push streams, documents."""

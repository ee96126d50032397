"""Wire protocols of surveillance devices behind one common model; knows nothing of Home Assistant."""

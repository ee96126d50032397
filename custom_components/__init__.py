"""Regular package, so that tests get this folder and not the one that the Home Assistant test tools bring."""

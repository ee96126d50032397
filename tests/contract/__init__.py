"""What every family must do alike, whichever protocol it speaks."""

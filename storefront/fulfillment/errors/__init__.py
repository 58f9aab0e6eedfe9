"""Every way the shop floor says no, each with what to do about it; a file for each noun."""

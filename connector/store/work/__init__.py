"""What is to be done and who does it: jobs, leases, runs."""

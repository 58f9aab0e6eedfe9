"""The people who ride: who they are to us, what they may take, and how long they hold it."""

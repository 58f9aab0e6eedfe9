"""How queries come in over HTTP: the short way, the long way, and a page for people."""

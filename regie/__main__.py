"""Start with `python -m regie`."""

from regie.cli import main

main()

"""``python -m policygraph`` is the command line."""

from policygraph.cli import main

main()

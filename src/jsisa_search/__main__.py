"""`python -m jsisa_search`, for where the installed script is not on the search path."""

from jsisa_search.cli import main

main(prog_name="jsisa-search")

"""The Model Context Protocol over standard input and output, so that an assistant can search and quote."""

"""The structure of a page: header, headings, paragraphs."""

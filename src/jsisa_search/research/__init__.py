"""What is built on search: the families of reprints, and what each release of one changed."""

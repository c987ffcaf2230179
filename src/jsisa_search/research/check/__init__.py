"""Whether the quotations of a draft are right: what it quotes, and a verdict on each with its passage."""

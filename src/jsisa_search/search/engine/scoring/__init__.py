"""The scores of terms and documents, and the best few of them."""

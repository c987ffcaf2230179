"""The pages: views of frozen values, and the templates that show them."""

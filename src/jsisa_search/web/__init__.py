"""The pages in a browser and the HTTP API, on top of `Index`; `jsisa-search serve` runs them."""

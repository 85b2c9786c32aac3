"""Work tools that call the API, and the requests that came through them."""

"""The states of a request in the API."""

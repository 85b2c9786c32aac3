"""What people can do, one module an intention, in one transaction each."""

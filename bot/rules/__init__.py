"""Policy as pure functions: values in, decisions out. The clock is an argument."""

"""The command line, one file a command. Commands read settings, call one thing,
print.
"""

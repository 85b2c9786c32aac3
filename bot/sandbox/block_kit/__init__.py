"""Block Kit: checks of blocks and views, and the elements a person fills in."""

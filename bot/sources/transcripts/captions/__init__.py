"""Captions: cues of text with a time each, made to be read on a screen."""

"""Asking about a word that is settled already."""

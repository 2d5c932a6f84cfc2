"""Batteries, each an optional extra; importing the library imports none of them."""

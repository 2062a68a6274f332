"""The end-to-end protocol of PROTOCOL.md in Python 3.10 or later, with its standard library alone."""

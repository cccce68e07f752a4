"""Reads the texts that authors write: as notebooks, and part by part."""

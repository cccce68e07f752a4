"""The texts that authors write, as notebooks and as what is in them."""

"""Judging beyond single scores: pairs, a trained scorer, a portfolio; numbers in, numbers out."""

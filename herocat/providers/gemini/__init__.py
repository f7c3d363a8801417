"""Google's Gemini: questions one by one, and jobs."""

from herocat.providers.gemini.live import ABILITIES, Gemini

__all__ = ["ABILITIES", "Gemini"]

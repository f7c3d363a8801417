"""Drawn camera-trap photos: landscapes, animals, light and cameras, made of numbers and nothing else."""

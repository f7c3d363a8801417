"""Asking models: runs, pictures, servers, money, jobs; the stages label and batch are made of it."""

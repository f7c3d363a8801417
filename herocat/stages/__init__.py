"""What each command does, one module a stage; none knows another, or anything of click."""

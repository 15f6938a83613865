"""The box: launch starts it, jail and cgroups close it, inside/ is all of ours that it holds."""

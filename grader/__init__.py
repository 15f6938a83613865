"""What grading means: exercises, judging, diagnosis. Knows torch, numpy and the standard library only."""

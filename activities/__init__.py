"""The side effects that promises ask for, one outside world a file."""

"""How fast and how large it is: `make bench` runs `python -m bench`, which writes docs/performance.md."""

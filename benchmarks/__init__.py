"""Side-by-side timings. ``make bench`` runs them and writes docs/benchmarks.md."""

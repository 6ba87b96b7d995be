"""The application: settings, errors, jobs and the command line, on top of the graph, ingest, embeddings and queries."""

__version__ = "0.1.0"

"""modus: the working platform of business clusters and of networks of clusters."""

__version__ = "0.1.0"

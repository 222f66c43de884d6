"""Pages of the cluster's space."""

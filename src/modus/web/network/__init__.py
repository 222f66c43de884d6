"""The office of a network: waiting profiles, clusters, requests, rule sets."""

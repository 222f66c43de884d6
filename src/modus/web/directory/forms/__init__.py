"""Forms of the cluster's space: is the input well formed?"""

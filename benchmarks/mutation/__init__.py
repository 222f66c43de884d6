"""Mutation: is every small fault in what guards people's data noticed by a test?"""

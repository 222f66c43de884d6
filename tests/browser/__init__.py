"""A few journeys and every page in a real Chromium: accessible, without faults, without foreign scripts."""

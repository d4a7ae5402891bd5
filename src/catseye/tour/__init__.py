"""The guided tour, on one page."""

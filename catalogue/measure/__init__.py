"""What is measured about a model: complexity, latency and accuracy, one module each.

Nothing here reads entries or pages, and nothing is imported from one measurement into another.
"""

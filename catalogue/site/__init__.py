"""The site around the pages: navigation, two languages, search, theme.

mkdocs calls the functions of `events` through `docs/hook.py`. Knows nothing of what a page says.
"""

"""python -m tests.browser: photographs of the main pages (bin/screenshots)."""

import sys

import django


def run() -> int:
    """Set up Django, then photograph."""
    django.setup()
    from tests.browser.screenshots import main

    return main()


sys.exit(run())

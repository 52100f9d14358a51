"""`python3 -m app.health` is the container's health check: no curl in the image."""

import os
import sys
import urllib.request

try:
    urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/healthz", timeout=2)
except OSError as error:
    sys.exit(f"unhealthy: {error}")

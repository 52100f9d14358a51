"""`python3 -m app` serves the shop until it is told to stop."""

import os
import signal
import threading

from app.catalogue import load
from app.server import Build, Shop


def main() -> None:
    build = Build(os.environ.get("APP_VERSION", "dev"), os.environ.get("GIT_COMMIT", "unknown"))
    shop = Shop(("", int(os.environ.get("PORT", "8080"))), load(), build)

    def stop(_number: int, _frame: object) -> None:
        # Not from here: `shutdown` waits for the loop that this handler interrupts.
        threading.Thread(target=shop.shutdown).start()

    # ECS sends SIGTERM, and SIGKILL thirty seconds later.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"shop {build.version} ({build.commit}) listens on port {shop.server_port}", flush=True)
    shop.serve_forever(poll_interval=0.1)
    print("stopping: the open requests are answered first", flush=True)
    shop.server_close()
    print("stopped", flush=True)


main()

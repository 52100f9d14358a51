import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request

from app.catalogue import Product
from app.server import Build, Shop

PRODUCTS = [Product("kettle", "Kettle <large>", 4900, 2), Product("oolong", "Oolong", 1290, 0)]


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.enterContext(contextlib.redirect_stdout(io.StringIO()))
        self.shop = Shop(("127.0.0.1", 0), PRODUCTS, Build("1.2.3", "0123456789abcdef"))
        thread = threading.Thread(target=self.shop.serve_forever, args=(0.01,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.shop.server_close)
        self.addCleanup(self.shop.shutdown)

    def get(self, path):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.shop.server_port}{path}", timeout=5)

    def test_health_names_the_version(self):
        self.assertEqual(json.load(self.get("/healthz")), {"status": "ok", "version": "1.2.3"})

    def test_products_are_listed_as_json(self):
        listed = json.load(self.get("/products"))
        self.assertEqual([item["id"] for item in listed], ["kettle", "oolong"])

    def test_one_product_is_found_by_its_id(self):
        self.assertEqual(json.load(self.get("/products/kettle"))["price"], "€49.00")

    def test_an_unknown_product_is_404(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.get("/products/coffee")
        self.assertEqual(caught.exception.code, 404)
        caught.exception.close()

    def test_the_page_escapes_names_and_shows_the_commit(self):
        page = self.get("/").read().decode()
        self.assertIn("Kettle &lt;large&gt;", page)
        self.assertIn("sold out", page)
        self.assertIn("commit 0123456", page)


class ProcessTest(unittest.TestCase):
    def test_sigterm_ends_it_with_exit_code_0(self):
        shop = subprocess.Popen(
            [sys.executable, "-m", "app"],
            env=os.environ | {"PORT": "0"},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.assertIn("listens on port", shop.stdout.readline())
        shop.send_signal(signal.SIGTERM)
        output, _ = shop.communicate(timeout=10)
        self.assertEqual(shop.returncode, 0)
        self.assertTrue(output.endswith("stopped\n"), output)

import json
import tempfile
import unittest
from pathlib import Path

from app.catalogue import Product, load


class CatalogueTest(unittest.TestCase):
    def test_price_is_written_with_two_digits_of_cents(self):
        self.assertEqual(Product("cups", "Cups", 2805, 1).price, "€28.05")

    def test_a_product_out_of_stock_is_not_available(self):
        self.assertFalse(Product("oolong", "Oolong", 1290, 0).to_json()["available"])

    def test_the_shipped_catalogue_has_no_id_twice(self):
        ids = [product.id for product in load()]
        self.assertEqual(len(ids), len(set(ids)))

    def test_a_product_without_a_price_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "products.json")
            path.write_text(json.dumps([{"id": "x", "name": "X", "price_cents": 0, "stock": 1}]))
            with self.assertRaisesRegex(ValueError, "product x has no price"):
                load(path)

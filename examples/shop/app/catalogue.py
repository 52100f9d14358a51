"""What the shop sells."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Product:
    id: str
    name: str
    price_cents: int
    stock: int

    @property
    def price(self) -> str:
        return f"€{self.price_cents // 100}.{self.price_cents % 100:02}"

    def to_json(self) -> dict:
        return asdict(self) | {"price": self.price, "available": self.stock > 0}


def load(path: Path = Path(__file__).with_name("products.json")) -> list[Product]:
    """Reads the products. One that is sold at no price is a mistake, found at start."""
    products = [Product(**item) for item in json.loads(path.read_text("utf-8"))]
    for product in products:
        if product.price_cents <= 0:
            raise ValueError(f"product {product.id} has no price")
    return products

<?php

declare(strict_types=1);

namespace Orders;

use InvalidArgumentException;

/** What is in a basket, and what it comes to. Knows no database and no HTTP. */
final class Basket
{
    private const DELIVERY_CENTS = 490;
    private const FREE_FROM_CENTS = 5000;

    /** @var array<string, array{price: int, count: int}> */
    private array $lines = [];

    public function add(string $product, int $cents, int $count): void
    {
        if ($cents < 0 || $count < 1) {
            throw new InvalidArgumentException("$count of $product at $cents cents cannot be ordered");
        }
        $count += $this->lines[$product]['count'] ?? 0;
        $this->lines[$product] = ['price' => $cents, 'count' => $count];
    }

    /** In cents, delivery included. */
    public function total(): int
    {
        $goods = 0;
        foreach ($this->lines as $line) {
            $goods += $line['price'] * $line['count'];
        }
        $free = $goods === 0 || $goods >= self::FREE_FROM_CENTS;

        return $goods + ($free ? 0 : self::DELIVERY_CENTS);
    }
}

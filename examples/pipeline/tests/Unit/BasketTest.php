<?php

declare(strict_types=1);

namespace Orders\Tests\Unit;

use InvalidArgumentException;
use Orders\Basket;
use PHPUnit\Framework\TestCase;

final class BasketTest extends TestCase
{
    public function testAnEmptyBasketCostsNothing(): void
    {
        self::assertSame(0, (new Basket())->total());
    }

    public function testSmallBasketsPayForDelivery(): void
    {
        $basket = new Basket();
        $basket->add('tea', 1200, 1);
        $basket->add('tea', 1200, 2);
        self::assertSame(3600 + 490, $basket->total());
    }

    public function testLargeOnesDoNot(): void
    {
        $basket = new Basket();
        $basket->add('pot', 5000, 1);
        self::assertSame(5000, $basket->total());
    }

    public function testNothingIsOrderedLessThanOnce(): void
    {
        $this->expectException(InvalidArgumentException::class);
        (new Basket())->add('tea', 1200, 0);
    }
}

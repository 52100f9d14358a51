<?php

declare(strict_types=1);

namespace Orders\Tests\Integration;

use Orders\Basket;
use Orders\Orders;
use PHPUnit\Framework\TestCase;

/** Against a real MySQL, at the address in DB_HOST. */
final class OrdersTest extends TestCase
{
    public function testOrdersAddUpByCustomer(): void
    {
        $orders = Orders::connect();
        $orders->prepare();
        $customer = 'ann-' . bin2hex(random_bytes(4));
        $basket = new Basket();
        $basket->add('pot', 5000, 1);

        $first = $orders->place($customer, $basket);
        $second = $orders->place($customer, $basket);

        self::assertSame($first + 1, $second);
        self::assertSame(10000, $orders->spentBy($customer));
        self::assertSame(0, $orders->spentBy($customer . '-nobody'));
    }
}

<?php

declare(strict_types=1);

namespace Orders;

use PDO;
use RuntimeException;

/** The orders, in a table. */
final class Orders
{
    public function __construct(private readonly PDO $database)
    {
    }

    /** Connects as the variables of the container say. */
    public static function connect(): self
    {
        $read = static fn (string $name): string => getenv($name)
            ?: throw new RuntimeException("$name is not set");
        $address = sprintf('mysql:host=%s;dbname=%s;charset=utf8mb4', $read('DB_HOST'), $read('DB_NAME'));
        $database = new PDO($address, $read('DB_USER'), $read('DB_PASSWORD'), [
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        ]);

        return new self($database);
    }

    public function prepare(): void
    {
        $this->database->exec(
            'CREATE TABLE IF NOT EXISTS orders (
                id INT AUTO_INCREMENT PRIMARY KEY,
                customer VARCHAR(100) NOT NULL,
                cents INT NOT NULL
            )',
        );
    }

    /** The number of the new order. */
    public function place(string $customer, Basket $basket): int
    {
        $insert = $this->database->prepare('INSERT INTO orders (customer, cents) VALUES (?, ?)');
        $insert->execute([$customer, $basket->total()]);

        return (int) $this->database->lastInsertId();
    }

    /** In cents. */
    public function spentBy(string $customer): int
    {
        $select = $this->database->prepare('SELECT COALESCE(SUM(cents), 0) FROM orders WHERE customer = ?');
        $select->execute([$customer]);
        $cents = $select->fetchColumn();

        return is_numeric($cents) ? (int) $cents : 0;
    }
}

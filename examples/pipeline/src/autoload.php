<?php

declare(strict_types=1);

// Classes are files: Orders\Basket is Basket.php.
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/' . substr($class, strlen('Orders\\')) . '.php';
    if (str_starts_with($class, 'Orders\\') && is_file($file)) {
        require $file;
    }
});

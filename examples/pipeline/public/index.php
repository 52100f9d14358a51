<?php

declare(strict_types=1);

use Orders\Orders;

require __DIR__ . '/../src/autoload.php';

$uri = $_SERVER['REQUEST_URI'] ?? '/';
$path = is_string($uri) ? parse_url($uri, PHP_URL_PATH) : null;
header('Content-Type: application/json');

// The load balancer asks this one: it must not need the database.
if ($path === '/healthz') {
    echo json_encode(['status' => 'ok', 'commit' => getenv('GIT_COMMIT') ?: 'unknown']);

    return;
}
if (is_string($path) && preg_match('#^/customers/([\w.-]{1,100})/spent$#', $path, $found) === 1) {
    echo json_encode(['cents' => Orders::connect()->spentBy($found[1])]);

    return;
}
http_response_code(404);
echo json_encode(['error' => 'not found']);

const DELIVERY_CENTS = 490;
const FREE_FROM_CENTS = 5000;

/** What a basket comes to, in cents, delivery included: the page shows it before the server says so. */
export function total(lines) {
  const goods = lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
  return goods === 0 || goods >= FREE_FROM_CENTS ? goods : goods + DELIVERY_CENTS;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "./basket.js";

test("an empty basket costs nothing", () => assert.equal(total([]), 0));
test("small baskets pay for delivery", () => assert.equal(total([{ cents: 1200, count: 3 }]), 4090));
test("large ones do not", () => assert.equal(total([{ cents: 5000, count: 1 }]), 5000));

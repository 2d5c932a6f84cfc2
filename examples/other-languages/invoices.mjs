// The invoices of a deal, from Node.js 18 or later: JSON in, JSON out, and issues where the deal is wrong.
// `contractbill` must be on the path.

import { spawnSync } from "node:child_process";

/** The deal could not be used: each issue has path, code and message; many have what was got, some a hint. */
class DealError extends Error {
  constructor(issues) {
    super(issues.map(({ path, code, message }) => `${path}: ${code}: ${message}`).join("\n"));
    this.issues = issues;
  }
}

/** What a command prints of a deal. `check` ends with 1 when it finds something: that is an answer too. */
function contractbill(command, deal, ...options) {
  const { error, status, stdout, stderr } = spawnSync(
    "contractbill",
    [command, "-", "--format", "json", ...options],
    { input: JSON.stringify(deal), encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  if (error) throw error; // it could not be started
  if (status === 0 || status === 1) return JSON.parse(stdout);
  if (status === 2 && stderr.startsWith("{")) throw new DealError(JSON.parse(stderr).issues);
  throw new Error(`contractbill ended with ${status}: ${stderr}`);
}

/** Amounts are text, for 0.1 + 0.2 is not 0.3 in floats. Add them up as whole cents. */
const cents = (amount) => BigInt(amount.replace(".", ""));

const deal = {
  schema: "contractbill/deal",
  version: 1,
  id: "C-1",
  currency: "USD",
  orders: [
    {
      id: "O-1",
      signed_on: "2026-01-01",
      term: "12 months",
      lines: [
        {
          id: "seats",
          quantity: 25,
          price: { unit_amount: "59.90", per: "month" },
          billing: { every: "quarter" },
        },
      ],
    },
  ],
};

const { invoices, totals } = contractbill("schedule", deal);
for (const { invoice_on, due_on, total } of invoices) console.log(invoice_on, due_on, total);
const sum = invoices.reduce((all, { total }) => all + cents(total), 0n);
console.log("sum", sum === cents(totals.tcv) ? totals.tcv : "wrong");

console.log("check", contractbill("check", deal).issues.map(({ code }) => code).join(" "));

deal.orders[0].lines[0].price.unit_amount = "a lot";
try {
  contractbill("schedule", deal);
} catch (error) {
  if (!(error instanceof DealError)) throw error;
  for (const { path, code, got } of error.issues) console.log(path, code, got);
}

/** A JSON-RPC quantity as a decimal string. */
export function decimal(quantity: string): string {
  return quantity.length <= 14 ? String(Number(quantity)) : BigInt(quantity).toString();
}

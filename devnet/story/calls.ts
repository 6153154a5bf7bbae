import type { Call } from './fabricClient.js';

type Arguments = Call['args'];

/** Calls of the story's chaincodes, by name. */
export const goods = (name: string, ...args: Arguments): Call => ({ channel: 'trade', chaincode: 'goods', name, args });

export const invoices = (name: string, ...args: Arguments): Call => ({
  channel: 'payments',
  chaincode: 'invoices',
  name,
  args,
});

export const consortium = (channel: string, name: string, ...args: Arguments): Call => ({
  channel,
  chaincode: 'consortium',
  name,
  args,
});

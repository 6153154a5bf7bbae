import { createRequire } from 'node:module';
import type * as sdk from '@aws-sdk/client-managedblockchain';

/** The SDK, loaded when it is first needed: it takes a tenth of a second in every thread, and most networks are none of Amazon's. */
export const awsSdk = (): typeof sdk =>
  createRequire(import.meta.url)('@aws-sdk/client-managedblockchain') as typeof sdk;

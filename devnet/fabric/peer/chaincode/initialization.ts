import type { Invocation } from '../invocation.js';

/** Where a chaincode that must be initialised notes the version that was. */
const INITIALIZED_KEY = '\0\u{10ffff}initialized';

interface Versioned {
  readonly version: string;
  readonly initRequired: boolean;
}

/** Whether the call initialises; throws where it has to and does not, or does and must not. */
export function checkInit(invocation: Invocation, name: string, chaincode: Versioned, isInit: boolean): boolean {
  const fault = faultOf(invocation, name, chaincode, isInit);
  if (fault !== null) throw new Error(`invalid invocation: chaincode '${name}' ${fault}`);
  if (isInit) invocation.simulator?.setState(name, INITIALIZED_KEY, Buffer.from(chaincode.version));
  return isInit;
}

function faultOf(invocation: Invocation, name: string, chaincode: Versioned, isInit: boolean): string | null {
  if (!chaincode.initRequired) return isInit ? 'does not require initialization but called as init' : null;
  const noted = invocation.simulator?.getState(name, INITIALIZED_KEY) ?? new Uint8Array();
  const isInitialized = Buffer.from(noted).toString() === chaincode.version;
  if (isInit) return isInitialized ? 'is already initialized but called as init' : null;
  return isInitialized ? null : 'has not been initialized for this version, must call as init first';
}

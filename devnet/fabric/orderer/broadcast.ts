import { common } from '@hyperledger/fabric-protos';
import { Bundle } from '../config/bundle.js';
import { signedEnvelope } from '../config/envelope.js';
import { proposeConfigUpdate, within } from '../config/proposeUpdate.js';
import { openEnvelope, type OpenEnvelope } from '../config/signedData.js';
import { validateNext } from '../config/validateNext.js';
import { isExpired } from '../msp/msp.js';
import type { SigningIdentity } from '../msp/signingIdentity.js';
import { FabricRefusal, type BroadcastResult } from '../ports.js';
import { messageBytes } from './blockCutter.js';
import type { Chain } from './chain.js';

const { SUCCESS, BAD_REQUEST, FORBIDDEN, SERVICE_UNAVAILABLE } = common.Status;
const { CONFIG_UPDATE, CONFIG, ORDERER_TRANSACTION } = common.HeaderType;

const WRITERS = '/Channel/Writers';

/**
 * Takes one envelope as an orderer does: judged against the channel's configuration, then ordered; a config update becomes
 * the config transaction that the orderer itself signs.
 */
export function broadcast(
  chains: ReadonlyMap<string, Chain>,
  signer: SigningIdentity,
  envelope: common.Envelope,
): BroadcastResult {
  try {
    const open = within('could not determine channel ID', () => openEnvelope(envelope));
    const chain = chains.get(open.channelHeader.getChannelId());
    if (chain === undefined) throw new Error('channel does not exist');
    const refusal = process(chain, signer, envelope, open);
    return refusal === null ? { status: SUCCESS, info: '' } : { status: SERVICE_UNAVAILABLE, info: refusal };
  } catch (error) {
    const status = error instanceof FabricRefusal ? error.status : BAD_REQUEST;
    return { status, info: error instanceof Error ? error.message : String(error) };
  }
}

function process(chain: Chain, signer: SigningIdentity, envelope: common.Envelope, open: OpenEnvelope): string | null {
  switch (open.channelHeader.getType()) {
    case CONFIG_UPDATE:
      return configure(chain, signer, envelope, open);
    case CONFIG:
      throw new Error('message is of type that cannot be processed directly');
    case ORDERER_TRANSACTION:
      throw new Error('message is of type that is no longer supported');
    default:
      check(chain.bundle, envelope, open, '');
      return chain.order(envelope);
  }
}

function configure(chain: Chain, signer: SigningIdentity, envelope: common.Envelope, open: OpenEnvelope): null {
  const { bundle, channel } = chain;
  check(bundle, envelope, open, 'config update for existing channel did not pass initial checks: ');
  const [next, nextBundle] = within(`error applying config update to existing channel '${channel}'`, () => {
    const proposed = proposeConfigUpdate(bundle, envelope);
    const made = new Bundle(channel, proposed.getConfig() ?? new common.Config());
    validateNext(bundle, made);
    return [proposed, made] as const;
  });
  const config = signedEnvelope(CONFIG, channel, next, signer);
  check(bundle, config, openEnvelope(config), 'config update for existing channel did not pass final checks: ');
  chain.configure(config, nextBundle);
  return null;
}

/** What every envelope must pass, in the order in which an orderer looks: not empty, not too large, not expired, a writer's. */
function check(bundle: Bundle, envelope: common.Envelope, open: OpenEnvelope, step: string): void {
  if (envelope.getPayload_asU8().length === 0) throw new Error(`${step}Message was empty`);
  const [size, max] = [messageBytes(envelope), bundle.orderer.absoluteMaxBytes];
  if (size > max) {
    throw new Error(`${step}message payload is ${size} bytes and exceeds maximum allowed ${max} bytes`);
  }
  const creator = bundle.find(open.signed.identity);
  if (creator !== null && isExpired(creator, new Date())) throw new Error(`${step}broadcast client identity expired`);
  try {
    bundle.evaluatePolicy(WRITERS, [open.signed]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new FabricRefusal(FORBIDDEN, `${step}${text}: permission denied`);
  }
}

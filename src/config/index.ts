export type {
  AllowedLag,
  AmbConfig,
  Config,
  ConnectionProfile,
  EthereumLedgerConfig,
  FabricLedgerConfig,
  LedgerConfig,
  MemberConfig,
  ProfilePeer,
  SignerConfig,
} from './config.js';
export { environment } from './environment.js';
export { configJsonSchema, loadConfig } from './load.js';
export { nearest } from './problems.js';
export { readProfile } from './profile.js';

import type { HostPort } from '../../../model/fabric.js';

/** An organisation as it describes itself. Certificates are PEM, one each. */
export interface OrganizationDefinition {
  readonly mspId: string;
  readonly rootCertificates: readonly string[];
  /** Null: none; in an update, those in force that still lead to a root. */
  readonly intermediateCertificates: readonly string[] | null;
  /** Admins by name, needed where there are no NodeOUs. Null as above. */
  readonly admins: readonly string[] | null;
  readonly tlsRootCertificates: readonly string[];
  /** Whether a certificate's organisational unit says who is client, peer, admin or orderer. */
  readonly nodeOUs: boolean;
  /** Null: none; in an update, those in force. */
  readonly anchorPeers: readonly HostPort[] | null;
}

/** What stays as it is, is null. */
export interface BatchSettings {
  readonly timeoutMs: number | null;
  readonly maxMessageCount: number | null;
  readonly absoluteMaxBytes: number | null;
  readonly preferredMaxBytes: number | null;
}

/** A change of a channel's configuration, in its terms. */
export type FabricConfigAction =
  | { readonly kind: 'addOrganization' | 'updateOrganization'; readonly organization: OrganizationDefinition }
  | { readonly kind: 'removeOrganization'; readonly mspId: string }
  | { readonly kind: 'setAnchorPeers'; readonly mspId: string; readonly anchorPeers: readonly HostPort[] }
  | { readonly kind: 'setBatch'; readonly batch: BatchSettings }
  | { readonly kind: 'setPolicy'; readonly path: string; readonly rule: string }
  | { readonly kind: 'setCapabilities'; readonly group: string; readonly capabilities: readonly string[] }
  /** A serialised `common.ConfigUpdate` made elsewhere. */
  | { readonly kind: 'configUpdate'; readonly update: Uint8Array };

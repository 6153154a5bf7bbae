/** What the contract has and the graph has not yet, by the issue that brings it. A type covers its fields, a field its arguments. */
export const later: Readonly<Record<string, readonly string[]>> = {
  'comes with the issue of partners': ['Query.partners', 'Partner', 'PartnerState'],
};

/** What the graph has beside the contract. */
export const additions: readonly string[] = [
  // The types of proposals, which the contract describes in words.
  ...[
    'ConsortiumProposal',
    'LifecycleProposal',
    'ConfigUpdateProposal',
    'GovernorProposal',
    'AmbProposal',
    'ReadSetVersion',
  ],
  // What a signature on an update covers before the update: without it nobody could check one.
  'FabricConfigSignature.signatureHeader',
  // Fabric organisations have such keys, and a name that says another curve would be a lie.
  'SignatureScheme.ECDSA_P384_SHA256',
];

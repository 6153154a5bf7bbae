import type { Mechanism } from '../../model/governance.js';
import { entityStub, interfaceStub, type StubClass } from '../stubs.js';
import { Node } from './types.js';

// What a signature may also bring about, by their ids.

export const Proposal = interfaceStub('Proposal', Node);
export const ConsortiumProposal = entityStub('ConsortiumProposal', [Proposal, Node]);
export const LifecycleProposal = entityStub('LifecycleProposal', [Proposal, Node]);
export const ConfigUpdateProposal = entityStub('ConfigUpdateProposal', [Proposal, Node]);
export const GovernorProposal = entityStub('GovernorProposal', [Proposal, Node]);
export const AmbProposal = entityStub('AmbProposal', [Proposal, Node]);
export const Vote = entityStub('Vote', [Node]);
export const Membership = entityStub('Membership', [Node]);
export const Invitation = entityStub('Invitation', [Node]);

export const governanceTypes = {
  ...{ ConsortiumProposal, LifecycleProposal, ConfigUpdateProposal, GovernorProposal, AmbProposal },
  ...{ Vote, Membership, Invitation },
};

/** The type of each mechanism's proposals. */
export const PROPOSALS: Readonly<Record<Mechanism, StubClass>> = {
  CONSORTIUM: ConsortiumProposal,
  FABRIC_LIFECYCLE: LifecycleProposal,
  FABRIC_CONFIG: ConfigUpdateProposal,
  GOVERNOR: GovernorProposal,
  AMB: AmbProposal,
};

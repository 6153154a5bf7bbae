// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Holds what the members own together, and does what their governor has decided, after a delay.
contract HarbourTimelock is TimelockController {
    /// @param minDelay Seconds between queueing and execution.
    /// @param executors Who may execute; the zero address lets anybody.
    /// @param admin Grants the governor its roles, then renounces.
    constructor(uint256 minDelay, address[] memory executors, address admin)
        TimelockController(minDelay, new address[](0), executors, admin)
    {}
}

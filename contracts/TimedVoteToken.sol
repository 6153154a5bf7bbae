// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {VoteToken} from "./VoteToken.sol";

/// @title The vote token with a clock in seconds (ERC-6372), for governors that count time.
contract TimedVoteToken is VoteToken {
    constructor(address[] memory holders, uint256 amount) VoteToken(holders, amount) {}

    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }
}

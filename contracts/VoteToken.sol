// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title Voting weight of the members (ERC-20 with ERC-5805 votes), counted in blocks (ERC-6372).
/// @notice Weight counts once its holder has delegated it, to itself or to another.
contract VoteToken is ERC20, ERC20Permit, ERC20Votes {
    /// @param holders Who receives weight.
    /// @param amount How much each holder receives.
    constructor(address[] memory holders, uint256 amount) ERC20("Harbour Vote", "HVOTE") ERC20Permit("Harbour Vote") {
        for (uint256 i = 0; i < holders.length; i++) {
            _mint(holders[i], amount);
        }
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }
}

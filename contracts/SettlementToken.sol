// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Money that the members settle with (ERC-20, ERC-2612), issued by a bank against deposits.
contract SettlementToken is ERC20, ERC20Permit, Ownable {
    /// @param issuer The bank's account: it alone issues and redeems.
    constructor(address issuer) ERC20("Harbour Dollar", "HUSD") ERC20Permit("Harbour Dollar") Ownable(issuer) {}

    /// @notice Cents: two decimals.
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /// @notice Issues tokens against a deposit.
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// @notice Redeems the caller's own tokens.
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }
}

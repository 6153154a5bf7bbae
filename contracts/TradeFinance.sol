// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Escrow of a trade: the buyer's money waits here and pays the seller when the carrier says that the goods arrived.
contract TradeFinance {
    using SafeERC20 for IERC20;

    enum State {
        None,
        Opened,
        Funded,
        Released,
        Refunded
    }

    struct Escrow {
        address buyer;
        address seller;
        address carrier;
        uint256 amount;
        /// Unix time, seconds; from then on the buyer may take back what was not released.
        uint64 deadline;
        State state;
        string lotId;
    }

    /// @notice What escrows pay with.
    IERC20 public immutable token;
    /// @notice Escrows by number, counted from one.
    mapping(uint256 escrowId => Escrow) public escrows;
    uint256 public escrowCount;

    event EscrowOpened(
        uint256 indexed escrowId, address indexed buyer, address indexed seller, address carrier, uint256 amount, string lotId
    );
    event EscrowFunded(uint256 indexed escrowId, uint256 amount);
    event GoodsArrived(uint256 indexed escrowId, address indexed carrier, string place);
    event EscrowReleased(uint256 indexed escrowId, address indexed seller, uint256 amount);
    event EscrowRefunded(uint256 indexed escrowId, address indexed buyer, uint256 amount);

    error EscrowStateMismatch(uint256 escrowId, State expected, State actual);
    error UnauthorizedAccount(address account);
    error DeadlineNotReached(uint256 escrowId, uint64 deadline);
    error DeadlinePassed(uint64 deadline);
    error AmountZero();

    constructor(IERC20 settlementToken) {
        token = settlementToken;
    }

    /// @notice Opens an escrow for a lot; the caller is its buyer.
    function open(address seller, address carrier, uint256 amount, uint64 deadline, string calldata lotId)
        external
        returns (uint256 escrowId)
    {
        if (amount == 0) revert AmountZero();
        if (deadline <= block.timestamp) revert DeadlinePassed(deadline);
        escrowId = ++escrowCount;
        escrows[escrowId] = Escrow(msg.sender, seller, carrier, amount, deadline, State.Opened, lotId);
        emit EscrowOpened(escrowId, msg.sender, seller, carrier, amount, lotId);
    }

    /// @notice Moves the amount from the buyer into the escrow; the buyer has approved it before.
    function fund(uint256 escrowId) external {
        Escrow storage escrow = _take(escrowId, State.Opened, State.Funded);
        if (msg.sender != escrow.buyer) revert UnauthorizedAccount(msg.sender);
        emit EscrowFunded(escrowId, escrow.amount);
        token.safeTransferFrom(escrow.buyer, address(this), escrow.amount);
    }

    /// @notice The carrier says that the goods arrived; the seller is paid.
    function confirmArrival(uint256 escrowId, string calldata place) external {
        Escrow storage escrow = _take(escrowId, State.Funded, State.Released);
        if (msg.sender != escrow.carrier) revert UnauthorizedAccount(msg.sender);
        emit GoodsArrived(escrowId, msg.sender, place);
        emit EscrowReleased(escrowId, escrow.seller, escrow.amount);
        token.safeTransfer(escrow.seller, escrow.amount);
    }

    /// @notice After the deadline the buyer takes back what was not released.
    function refund(uint256 escrowId) external {
        Escrow storage escrow = _take(escrowId, State.Funded, State.Refunded);
        if (msg.sender != escrow.buyer) revert UnauthorizedAccount(msg.sender);
        if (block.timestamp < escrow.deadline) revert DeadlineNotReached(escrowId, escrow.deadline);
        emit EscrowRefunded(escrowId, escrow.buyer, escrow.amount);
        token.safeTransfer(escrow.buyer, escrow.amount);
    }

    function _take(uint256 escrowId, State expected, State next) private returns (Escrow storage escrow) {
        escrow = escrows[escrowId];
        if (escrow.state != expected) revert EscrowStateMismatch(escrowId, expected, escrow.state);
        escrow.state = next;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";

/// @title Certificates of origin (ERC-721): one for a lot of coffee, held by whoever owns the lot.
contract OriginCertificate is ERC721, ERC721URIStorage, Ownable {
    /// @notice Token id of a lot's certificate; zero where it has none.
    mapping(string lotId => uint256 tokenId) public certificateOf;
    uint256 private _lastTokenId;

    /// @notice A lot was certified.
    event Certified(uint256 indexed tokenId, string lotId, string origin, uint256 weightKg);

    /// @notice The lot has a certificate already.
    error AlreadyCertified(string lotId, uint256 tokenId);

    /// @param certifier Who certifies origin.
    constructor(address certifier) ERC721("Certificate of Origin", "ORIGIN") Ownable(certifier) {}

    /// @notice Certifies where a lot comes from.
    /// @param holder Owner of the lot.
    /// @param uri Where the certificate's document stands.
    /// @return tokenId The certificate's number, counted from one.
    function certify(address holder, string calldata lotId, string calldata origin, uint256 weightKg, string calldata uri)
        external
        onlyOwner
        returns (uint256 tokenId)
    {
        if (certificateOf[lotId] != 0) revert AlreadyCertified(lotId, certificateOf[lotId]);
        tokenId = ++_lastTokenId;
        certificateOf[lotId] = tokenId;
        _mint(holder, tokenId);
        _setTokenURI(tokenId, uri);
        emit Certified(tokenId, lotId, origin, weightKg);
    }

    function tokenURI(uint256 tokenId) public view override(ERC721, ERC721URIStorage) returns (string memory) {
        return super.tokenURI(tokenId);
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, ERC721URIStorage) returns (bool) {
        return super.supportsInterface(interfaceId);
    }
}

extension Certificate {
  /// The IP addresses that the certificate is good for, as people write them, in their order.
  public var addresses: [String] {
    names.ipAddresses.map { octets in
      guard octets.count != 4 else { return octets.map(String.init).joined(separator: ".") }
      let groups = stride(from: 0, to: octets.count - 1, by: 2)
        .map { String(UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]), radix: 16) }
      return groups.joined(separator: ":")
    }
  }
}

import Fleet

/// What a VM is looked for by; what is nil does not matter.
struct AddressQuery: Sendable {
  var mac: MACPattern?
  /// An IP address in lower case.
  var ip: String?
  var port: Int?

  /// True if it asks for nothing.
  var isEmpty: Bool { mac == nil && ip == nil && port == nil }

  /// Reads what a client asks for; empty texts and 0 do not matter.
  /// - Throws: ``FleetError`` with code `invalid`.
  init(mac: String, ip: String, port: UInt32) throws(FleetError) {
    if !mac.isEmpty { self.mac = try MACPattern(mac) }
    if !ip.isEmpty {
      guard IPAddress.isAddress(ip) else {
        throw FleetError(.invalid, "\"\(ip.printable)\" is not an IP address", hint: "write 192.168.122.7")
      }
      self.ip = ip.lowercased()
    }
    guard port <= 65535 else { throw FleetError(.invalid, "\(port) is not a TCP port") }
    if port > 0 { self.port = Int(port) }
  }

  /// The ids that an index has for it.
  func ids(in index: DomainIndex) -> Set<VMID> {
    var result: Set<VMID>?
    func narrow(_ ids: [VMID]) { result = result.map { $0.intersection(ids) } ?? Set(ids) }
    if let mac {
      narrow(
        mac.address.map { index.macs[$0] ?? [] }
          ?? index.macs.filter { mac.matches($0.key) }.flatMap(\.value))
    }
    if let ip { narrow(index.ips[ip] ?? []) }
    if let port { narrow(index.ports[port] ?? []) }
    return result ?? []
  }

  /// True if a VM as it is listed is what was looked for.
  func matches(_ vm: VMSummary, macs: Set<MACAddress>, ports: Set<Int>) -> Bool {
    if let mac, !macs.contains(where: mac.matches) { return false }
    if let ip, !vm.nics.contains(where: { $0.ips.contains { $0.lowercased() == ip } }) { return false }
    if let port, !ports.contains(port) { return false }
    return true
  }
}

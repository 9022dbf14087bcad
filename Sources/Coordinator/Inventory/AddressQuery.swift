import Fleet

/// Selects VMs by an address; a nil field matches all.
struct AddressQuery: Sendable {
  var mac: MACPattern?
  /// An IP address in lower case.
  var ip: String?
  var port: Int?

  /// True if it selects all.
  var isEmpty: Bool { mac == nil && ip == nil && port == nil }

  /// Reads a client's query; empty texts and 0 match all.
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

  /// The definitions that an index has for the query.
  func places(in index: FleetIndex) -> Set<DomainPlace> {
    var result: Set<DomainPlace>?
    func narrow(_ places: [DomainPlace]) { result = result.map { $0.intersection(places) } ?? Set(places) }
    if let mac {
      narrow(
        mac.address.map { index.macs[$0] }
          ?? index.macs.keys.filter { mac.matches($0) }.flatMap { index.macs[$0] })
    }
    if let ip { narrow(index.ips[ip]) }
    if let port { narrow(index.ports[port]) }
    return result ?? []
  }

  /// True if the query selects a listed VM.
  func matches(_ vm: VMSummary, macs: Set<MACAddress>, ports: Set<Int>) -> Bool {
    if let mac, !macs.contains(where: mac.matches) { return false }
    if let ip, !vm.nics.contains(where: { $0.ips.contains { $0.lowercased() == ip } }) { return false }
    if let port, !ports.contains(port) { return false }
    return true
  }
}

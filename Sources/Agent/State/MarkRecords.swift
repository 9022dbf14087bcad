internal import Fleet

/// When domains that were there before Roost got its mark.
///
/// A domain whose guest somebody else made is destroyed by nobody's word alone for a while: who takes over a
/// coordinator could otherwise mark every guest of a host and destroy it in one go.
struct MarkRecords: Sendable {
  /// How long a domain is safe after it was marked.
  static let graceSeconds = 3600.0
  private static let file = "marked.json"

  let directory: StateDirectory

  /// Notes that a domain was marked.
  func add(_ vm: VMID, at now: Timestamp) throws {
    var records = try read()
    records[vm.description] = now.milliseconds
    try directory.write(records, to: Self.file)
  }

  /// Forgets a domain.
  func remove(_ vm: VMID) throws {
    var records = try read()
    guard records.removeValue(forKey: vm.description) != nil else { return }
    try directory.write(records, to: Self.file)
  }

  /// Refuses to destroy a domain that was marked a short while ago.
  /// - Throws: ``FleetError`` with code `denied`.
  func checkGrace(of domain: ObservedDomain, now: Timestamp, trust: HostTrust) throws {
    guard !trust.destroyAdopted, let marked = try read()[domain.id.description] else { return }
    let age = now.seconds(since: Timestamp(milliseconds: marked))
    // A clock that went back does not open the door.
    guard age < Self.graceSeconds else { return }
    throw FleetError(
      .denied,
      "VM \"\(domain.name.printable)\" was there before Roost and was adopted less than an hour ago: this host lets"
        + " nobody delete it so soon",
      hint: "wait until the hour is over, or have destroy_adopted = true in [trust] of \(trust.file) on the host")
  }

  private func read() throws -> [String: Int64] { try directory.read(Self.file) ?? [:] }
}

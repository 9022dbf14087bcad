package import Fleet

/// Decides whether a domain may start beside everything that runs.
package enum StartJudgement {
  /// Judges a start by the policy: the strictest rule among the interfaces whose address belongs to another VM.
  ///
  /// The domain itself (the same UUID on the same host) never counts against the start, nor does the same UUID anywhere
  /// if it arrives by live migration. A domain that arrives by live migration runs already and gets a warning at most,
  /// so that a host can always be drained. A reserved address counts as one that runs, because its device is always on.
  /// An address of a VM that is off, and a VNC port given to another VM, give findings and stop nothing. The order of
  /// the arguments does not matter.
  /// - Parameters:
  ///   - host: the host it starts on.
  ///   - others: everything that runs or starts, anywhere.
  ///   - ledger: the other claims to its addresses.
  ///   - portOwners: the VMs that own the ports it asks for.
  ///   - accepted: the addresses that may be shared as long as exactly these owners share them.
  package static func verdict(
    _ start: DomainStart, on host: String, among others: [RunningDomain], ledger: [MACAddress: LedgerClaim] = [:],
    portOwners: [Int: AddressOwner] = [:], accepted: [AcceptedConflict] = [], policy: OutOfBandPolicy
  ) -> StartVerdict {
    let rivals = others.filter { other in
      other.owner.vmID != start.id || (other.owner.host != host && !start.isIncoming)
    }
    let running = rivals.sorted { key($0) < key($1) }
      .flatMap { Self.claims(of: $0, against: start, on: host, accepted, policy) }
    let claims = running + Self.claims(of: ledger, beside: rivals, against: start, on: host, accepted, policy)
    let ports = portOwners.filter { start.ports.contains($0.key) && $0.value.vmID != start.id }
      .sorted { $0.key < $1.key }.map { StartFinding(kind: .port, port: $0.key, owner: $0.value) }
    let findings = claims.map(\.finding) + ports
    guard let worst = claims.max(by: { !$0.rule.covers($1.rule) }) else {
      guard let port = ports.first, let number = port.port, policy.outOfBand != .observe else {
        return StartVerdict(.allow, findings: findings)
      }
      return StartVerdict(
        .warn, sentence: "VNC port \(number) of \"\(start.name.printable)\" was given to \(port.owner)",
        findings: findings)
    }
    let rule = start.isIncoming && worst.rule.covers(.warn) ? .warn : worst.rule
    return StartVerdict(ruling(rule), sentence: worst.sentence, findings: findings)
  }

  /// One objection to the start.
  private struct Claim {
    let finding: StartFinding
    let rule: OutOfBandRule
    let sentence: String
  }

  private static func claims(
    of other: RunningDomain, against start: DomainStart, on host: String, _ accepted: [AcceptedConflict],
    _ policy: OutOfBandPolicy
  ) -> [Claim] {
    let name = start.name.printable
    let rival = "\"\(other.owner.vm.printable)\", \(other.whereabouts)"
    if other.owner.vmID == start.id {
      let rules = start.nics.map { policy.rule(network: $0.network, bridge: $0.bridge) } + [policy.outOfBand]
      let strictest = rules.max { !$0.covers($1) } ?? policy.outOfBand
      let sentence = "\"\(name)\" is the same VM as \(rival): one disk written twice is destroyed"
      let finding = StartFinding(kind: .duplicate, mac: start.macs.intersection(other.macs).min(), owner: other.owner)
      return [Claim(finding: finding, rule: strictest, sentence: sentence)]
    }
    let isCopy = !other.disks.isDisjoint(with: start.disks)
    return start.nics.compactMap { nic in
      guard let mac = nic.mac, other.macs.contains(mac) else { return nil }
      guard !isAccepted(mac, between: start, on: host, and: other.owner, accepted) else { return nil }
      return Claim(
        finding: StartFinding(kind: isCopy ? .copy : .collision, mac: mac, owner: other.owner),
        rule: policy.rule(network: nic.network, bridge: nic.bridge),
        sentence: "MAC \(mac) of \"\(name)\" belongs to \(rival); type: roost mac resolve \(mac)")
    }
  }

  private static func claims(
    of ledger: [MACAddress: LedgerClaim], beside rivals: [RunningDomain], against start: DomainStart, on host: String,
    _ accepted: [AcceptedConflict], _ policy: OutOfBandPolicy
  ) -> [Claim] {
    start.nics.compactMap { nic in
      guard let mac = nic.mac, let claim = ledger[mac], claim.owner.vmID == nil || claim.owner.vmID != start.id,
        !rivals.contains(where: { $0.owner.vmID == claim.owner.vmID && $0.macs.contains(mac) }),
        !isAccepted(mac, between: start, on: host, and: claim.owner, accepted)
      else { return nil }
      let rule = policy.rule(network: nic.network, bridge: nic.bridge)
      let whose = "MAC \(mac) of \"\(start.name.printable)\""
      switch claim {
      case .reserved(let owner):
        return Claim(
          finding: StartFinding(kind: .reserved, mac: mac, owner: owner), rule: rule,
          sentence: "\(whose) is reserved for \"\(owner.vm.printable)\"; type: roost mac show \(mac)")
      case .given(let owner):
        return Claim(
          finding: StartFinding(kind: .given, mac: mac, owner: owner), rule: rule.covers(.warn) ? .warn : rule,
          sentence:
            "\(whose) belongs to \"\(owner.vm.printable)\" on \(owner.host), which does not run with it now; "
            + "type: roost mac resolve \(mac)"
        )
      }
    }
  }

  private static func isAccepted(
    _ mac: MACAddress, between start: DomainStart, on host: String, and owner: AddressOwner,
    _ accepted: [AcceptedConflict]
  ) -> Bool {
    let starter = AddressOwner(vm: start.name, vmID: start.id, host: host)
    return accepted.contains { $0.mac == mac && $0.covers(starter) && $0.covers(owner) }
  }

  private static func key(_ other: RunningDomain) -> String {
    "\(other.isStarting ? 1 : 0) \(other.owner.host) \(other.owner.vm) \(other.owner.vmID?.description ?? "")"
  }

  private static func ruling(_ rule: OutOfBandRule) -> StartVerdict.Ruling {
    switch rule {
    case .observe: .allow
    case .warn: .warn
    case .block: .refuse
    }
  }
}

/// The decision about a start, with its reasons.
package struct StartVerdict: Hashable, Sendable {
  /// The decision.
  package enum Ruling: String, Hashable, Sendable, CaseIterable {
    /// The guest starts.
    case allow
    /// The guest starts, and an event reports it.
    case warn
    /// The guest does not start.
    case refuse
  }

  /// The decision.
  package var ruling: Ruling
  /// One sentence for the person who starts it; may be empty.
  package var sentence: String
  /// All findings, the worst first.
  package var findings: [StartFinding]

  /// Makes a verdict.
  package init(_ ruling: Ruling, sentence: String = "", findings: [StartFinding] = []) {
    self.ruling = ruling
    self.sentence = sentence
    self.findings = findings
  }
}

/// One objection to a start: another owner has something that the guest wants.
package struct StartFinding: Hashable, Sendable {
  /// The kind of an objection.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The other has the same address, and nothing else in common.
    case collision
    /// The other has the same address and a disk: one is a copy of the other.
    case copy
    /// The other has the same UUID: it is the same VM twice.
    case duplicate
    /// The address is reserved for a device outside the fleet.
    case reserved
    /// The address was given to another VM, which does not run with it now.
    case given
    /// The VNC port was given to another VM.
    case port
  }

  /// The kind.
  package var kind: Kind
  /// The address; nil for a port, and for a duplicate without a common address.
  package var mac: MACAddress?
  /// The port; nil for an address.
  package var port: Int?
  /// The other owner.
  package var owner: AddressOwner

  /// Makes a finding.
  package init(kind: Kind, mac: MACAddress? = nil, port: Int? = nil, owner: AddressOwner) {
    self.kind = kind
    self.mac = mac
    self.port = port
    self.owner = owner
  }
}

/// How many starts were judged, by decision.
package struct StartCounts: Hashable, Sendable {
  /// Starts that were allowed.
  package var allowed: Int64
  /// Starts that were allowed and reported.
  package var warned: Int64
  /// Starts that were refused.
  package var refused: Int64

  package init(allowed: Int64 = 0, warned: Int64 = 0, refused: Int64 = 0) {
    self.allowed = allowed
    self.warned = warned
    self.refused = refused
  }

  /// Counts a decision.
  package mutating func count(_ ruling: StartVerdict.Ruling) {
    switch ruling {
    case .allow: allowed += 1
    case .warn: warned += 1
    case .refuse: refused += 1
    }
  }
}

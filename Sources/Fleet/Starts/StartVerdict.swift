/// Whether a start may go on, and why.
package struct StartVerdict: Hashable, Sendable {
  /// What is done about it.
  package enum Ruling: String, Hashable, Sendable, CaseIterable {
    /// It goes on.
    case allow
    /// It goes on, and is told of.
    case warn
    /// It does not go on.
    case refuse
  }

  /// What is done about it.
  package var ruling: Ruling
  /// One sentence for whoever starts it; empty if there is nothing to say.
  package var sentence: String
  /// Everything that was found, the worst first.
  package var findings: [StartFinding]

  /// Makes a verdict.
  package init(_ ruling: Ruling, sentence: String = "", findings: [StartFinding] = []) {
    self.ruling = ruling
    self.sentence = sentence
    self.findings = findings
  }
}

/// One thing about a start that somebody else has.
package struct StartFinding: Hashable, Sendable {
  /// What is the matter.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The other has the address, and nothing else in common.
    case collision
    /// The other has the address and a disk: one was made from the other.
    case copy
    /// The other has the same UUID: it is the same VM twice.
    case duplicate
    /// The address is kept for something outside the fleet.
    case reserved
    /// The address was given to the other, which does not run with it now.
    case given
    /// The other was given the VNC port.
    case port
  }

  /// What is the matter.
  package var kind: Kind
  /// The address; nil for a port, and for a duplicate without a common address.
  package var mac: MACAddress?
  /// The port; nil for an address.
  package var port: Int?
  /// Who has it.
  package var owner: AddressOwner

  /// Makes a finding.
  package init(kind: Kind, mac: MACAddress? = nil, port: Int? = nil, owner: AddressOwner) {
    self.kind = kind
    self.mac = mac
    self.port = port
    self.owner = owner
  }
}

/// How many starts were judged, by what came of it.
package struct StartCounts: Hashable, Sendable {
  /// Those that went on.
  package var allowed: Int64
  /// Those that went on and were told of.
  package var warned: Int64
  /// Those that were refused.
  package var refused: Int64

  package init(allowed: Int64 = 0, warned: Int64 = 0, refused: Int64 = 0) {
    self.allowed = allowed
    self.warned = warned
    self.refused = refused
  }

  /// Counts one more.
  package mutating func count(_ ruling: StartVerdict.Ruling) {
    switch ruling {
    case .allow: allowed += 1
    case .warn: warned += 1
    case .refuse: refused += 1
    }
  }
}

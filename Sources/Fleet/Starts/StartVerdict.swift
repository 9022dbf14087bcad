/// Whether a start may go on, and why.
public struct StartVerdict: Hashable, Sendable {
  /// What is done about it.
  public enum Ruling: String, Hashable, Sendable, CaseIterable {
    /// It goes on.
    case allow
    /// It goes on, and is told of.
    case warn
    /// It does not go on.
    case refuse
  }

  /// What is done about it.
  public var ruling: Ruling
  /// One sentence for whoever starts it; empty if there is nothing to say.
  public var sentence: String
  /// Everything that was found, the worst first.
  public var findings: [StartFinding]

  /// Makes a verdict.
  public init(_ ruling: Ruling, sentence: String = "", findings: [StartFinding] = []) {
    self.ruling = ruling
    self.sentence = sentence
    self.findings = findings
  }
}

/// One thing about a start that somebody else has.
public struct StartFinding: Hashable, Sendable {
  /// What is the matter.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
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
  public var kind: Kind
  /// The address; nil for a port, and for a duplicate without a common address.
  public var mac: MACAddress?
  /// The port; nil for an address.
  public var port: Int?
  /// Who has it.
  public var owner: AddressOwner

  /// Makes a finding.
  public init(kind: Kind, mac: MACAddress? = nil, port: Int? = nil, owner: AddressOwner) {
    self.kind = kind
    self.mac = mac
    self.port = port
    self.owner = owner
  }
}

/// How many starts were judged, by what came of it.
public struct StartCounts: Hashable, Sendable {
  /// Those that went on.
  public var allowed: Int64
  /// Those that went on and were told of.
  public var warned: Int64
  /// Those that were refused.
  public var refused: Int64

  /// Makes the value.
  public init(allowed: Int64 = 0, warned: Int64 = 0, refused: Int64 = 0) {
    self.allowed = allowed
    self.warned = warned
    self.refused = refused
  }

  /// Counts one more.
  public mutating func count(_ ruling: StartVerdict.Ruling) {
    switch ruling {
    case .allow: allowed += 1
    case .warn: warned += 1
    case .refuse: refused += 1
    }
  }
}

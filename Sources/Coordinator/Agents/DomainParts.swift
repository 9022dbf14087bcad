import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The domains of a hello or a complete delta that comes in parts, until the message that ends it.
struct DomainParts {
  /// The most parts of one report.
  static let mostParts = 4_096
  /// The most bytes of one report: as many as fit into one message.
  static let mostBytes = 32 << 20

  private var domains: [Roost_V1_Domain] = []
  private var count = 0
  private var bytes = 0

  /// Takes the next message of a stream.
  /// - Returns: the message to act on, with the domains of the parts before it; nil for a part.
  /// - Throws: ``FleetError``: `exhausted` for too many domains, parts or bytes, `invalid` if not all parts of a report
  ///   have come.
  mutating func whole(
    _ content: Roost_V1_AgentMessage.OneOf_Content
  ) throws(FleetError) -> Roost_V1_AgentMessage.OneOf_Content? {
    switch content {
    case .part(let part):
      try add(part)
      return nil
    case .hello(var hello):
      guard try ends(hello.parts) else { return content }
      hello.domains = take() + hello.domains
      return .hello(hello)
    case .domains(var delta) where delta.complete:
      guard try ends(delta.parts) else { return content }
      delta.changed = take() + delta.changed
      return .domains(delta)
    default: return content
    }
  }

  private mutating func add(_ part: Roost_V1_DomainPart) throws(FleetError) {
    // BOUNDED: sizes of what is in memory, and the limits below.
    count += 1
    bytes += MessageSize.atMost(part)
    guard count <= Self.mostParts, bytes <= Self.mostBytes else {
      throw FleetError(
        .exhausted, "the host reports its domains in \(count) parts of \(bytes) bytes, and \(Self.mostParts) of "
          + "\(Self.mostBytes) are the most that one host may send")
    }
    try HostQuota.check(domains: domains.count + part.domains.count)
    domains += part.domains
  }

  /// True if parts were sent for the report that ends now.
  private func ends(_ parts: UInt32) throws(FleetError) -> Bool {
    guard parts == count else {
      throw FleetError(.invalid, "the report is to have \(parts) parts before it, and \(count) have come")
    }
    return count > 0
  }

  private mutating func take() -> [Roost_V1_Domain] {
    defer { self = DomainParts() }
    return domains
  }
}

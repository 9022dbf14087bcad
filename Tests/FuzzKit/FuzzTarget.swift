import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf

/// A reader of what comes from outside, as one function of bytes: it returns whatever they are, and soon.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// What an agent says first.
  case hello
  /// Domains that changed.
  case delta
  /// How an action ended.
  case result
  /// What libvirt's hook asks the agent.
  case hook
  /// A domain document, read and edited.
  case domain
  /// Roost's mark in a document.
  case mark
  /// A YAML file of VMs.
  case yaml
  /// A join token.
  case token
  /// The first bytes of an image file, behind eight of its size.
  case image

  /// Reads the bytes.
  package func read(_ bytes: [UInt8]) {
    switch self {
    case .hello: Self.hello(bytes)
    case .delta: Self.delta(bytes)
    case .result: Self.result(bytes)
    case .hook: Self.hook(bytes)
    case .domain: Self.domain(bytes)
    case .mark: Self.mark(bytes)
    case .yaml: Self.yaml(bytes)
    case .token: _ = try? JoinToken(parsing: String(decoding: bytes, as: UTF8.self))
    case .image: Self.image(bytes)
    }
  }

  /// What passes the border's limits, decoded; nil for what does not.
  private static func message<Message: SwiftProtobuf.Message>(_ type: Message.Type, _ bytes: [UInt8]) -> Message? {
    do {
      try bytes.withUnsafeBytes { try MessageBounds.check($0, as: type) }
      return try Message(serializedBytes: bytes)
    } catch {
      return nil
    }
  }

  private static func hello(_ bytes: [UInt8]) {
    guard let hello = message(Roost_V1_Hello.self, bytes) else { return }
    _ = try? HighWaterMarks(hello)
    _ = try? HostFacts(hello.host)
    _ = try? LibvirtState(hello.libvirt)
    for domain in hello.domains { read(domain) }
  }

  private static func delta(_ bytes: [UInt8]) {
    guard let delta = message(Roost_V1_DomainDelta.self, bytes) else { return }
    for domain in delta.changed { read(domain) }
    for id in delta.removed { _ = VMID(id) }
  }

  /// Reads a domain; what was read must say the same when it is written and read again.
  private static func read(_ message: Roost_V1_Domain) {
    guard let domain = try? ObservedDomain(message) else { return }
    _ = domain.digest
    precondition((try? ObservedDomain(domain.message)) == domain, "a domain is another after a round trip")
  }

  private static func result(_ bytes: [UInt8]) {
    guard let message = message(Roost_V1_ActionResult.self, bytes), let result = try? ActionResult(message) else {
      return
    }
    if let failure = result.failure { _ = FleetError(failure.rpcError) }
  }
}

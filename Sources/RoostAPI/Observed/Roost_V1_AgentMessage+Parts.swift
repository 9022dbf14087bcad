package import RoostProto
internal import SwiftProtobuf

extension Roost_V1_AgentMessage {
  /// The message alone, or behind others that have its domains if they are too many for one message of 1 MiB.
  ///
  /// A delta that is not complete becomes several deltas, which every coordinator takes.
  package var inParts: [Roost_V1_AgentMessage] {
    guard MessageSize.atMost(self) > PageLimit.bytes else { return [self] }
    switch content {
    case .hello(var hello):
      let parts = Self.parts(of: hello.domains)
      hello.domains = []
      hello.parts = UInt32(clamping: parts.count)
      return parts + [.with { $0.hello = hello }]
    case .domains(var delta) where delta.complete:
      let parts = Self.parts(of: delta.changed)
      delta.changed = []
      delta.parts = UInt32(clamping: parts.count)
      return parts + [.with { $0.domains = delta }]
    case .domains(let delta):
      return Self.lists(of: delta.changed).enumerated().map { number, domains in
        .with {
          $0.domains.changed = domains
          if number == 0 { $0.domains.removed = delta.removed }
        }
      }
    default: return [self]
    }
  }

  private static func parts(of domains: [Roost_V1_Domain]) -> [Roost_V1_AgentMessage] {
    lists(of: domains).map { domains in .with { $0.part.domains = domains } }
  }

  /// The domains in lists of three quarters of 1 MiB, or of one that is larger; at least one list.
  private static func lists(of domains: [Roost_V1_Domain]) -> [[Roost_V1_Domain]] {
    var lists: [[Roost_V1_Domain]] = []
    var list: [Roost_V1_Domain] = []
    var bytes = 0
    for domain in domains {
      // BOUNDED: sizes of what is in memory.
      let size = MessageSize.atMost(domain) + 8
      if bytes > 0, bytes + size > PageLimit.bytes / 4 * 3 {
        lists.append(list)
        (list, bytes) = ([], 0)
      }
      list.append(domain)
      // BOUNDED: sizes of what is in memory.
      bytes += size
    }
    return lists + [list]
  }
}

internal import Fleet
internal import Foundation

/// Keeps the coordinator's last word about starts in the state directory, where the hook finds its part.
struct StartPolicyKeeper: Sendable {
  private struct Saved: Codable, Equatable {
    let outOfBand: String
    let unanswered: String
    let networks: [String: String]
  }

  static let file = "start-policy.json"
  private let directory: StateDirectory

  init(_ directory: StateDirectory) {
    self.directory = directory
  }

  /// The agent's socket for libvirt's hook.
  var socket: String { directory.file("hook.sock") }

  /// The policy that was kept last; that of a new fleet if there is none.
  var policy: StartPolicy {
    guard let saved = try? directory.read(Self.file, as: Saved.self) else { return StartPolicy() }
    return StartPolicy(
      outOfBand: StartRule(rawValue: saved.outOfBand) ?? .warn,
      unanswered: UnansweredRule(rawValue: saved.unanswered) ?? .failOpen,
      networks: saved.networks.compactMapValues { StartRule(rawValue: $0) })
  }

  /// Keeps a policy; nothing is written if it is kept already.
  func keep(_ policy: StartPolicy) throws {
    let saved = Saved(
      outOfBand: policy.outOfBand.rawValue, unanswered: policy.unanswered.rawValue,
      networks: policy.networks.mapValues(\.rawValue))
    if try directory.read(Self.file, as: Saved.self) != saved { try directory.write(saved, to: Self.file) }
    if HostFile.text(HookNote.path(beside: socket)) != policy.unanswered.rawValue + "\n" {
      try HookNote.leave(policy.unanswered, beside: socket)
    }
  }
}

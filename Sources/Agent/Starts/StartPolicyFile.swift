internal import Fleet
internal import Logging
internal import RoostProto

/// Keeps the part of the coordinator's policy that holds while nobody answers, where the hook finds it.
struct StartPolicyFile: Sendable {
  /// The agent's socket for libvirt's hook.
  let socket: String

  init(_ directory: StateDirectory) {
    socket = directory.file("hook.sock")
  }

  /// Keeps what a coordinator says. A word that this agent does not know, or a full disk, leaves the last one: the
  /// host is worth more than its policy.
  func keep(_ policy: Roost_V1_OutOfBandPolicy, _ logger: Logger) {
    guard let rule = FailMode(rawValue: policy.unanswered) else {
      logger.error("the coordinator's policy \"\(policy.unanswered.printable)\" is none that this agent knows")
      return
    }
    guard HostFile.text(HookFallbackFile.path(beside: socket)) != rule.rawValue + "\n" else { return }
    do {
      try HookFallbackFile.leave(rule, beside: socket)
    } catch {
      logger.error("the coordinator's policy can't be kept: \(FleetError(agent: error))")
    }
  }
}

internal import Fleet
internal import Logging
internal import RoostProto

/// Stores the part of the coordinator's policy that applies without an answer, in the file that the hook reads.
struct OutOfBandPolicyFile: Sendable {
  /// The agent's socket for libvirt's hook.
  let socket: String

  init(_ directory: StateDirectory) {
    socket = directory.file("hook.sock")
  }

  /// Stores the policy. A value that this agent does not know, or a full disk, keeps the last one; neither may stop the
  /// agent.
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

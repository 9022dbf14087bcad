import Fleet

extension AgentAction.Work {
  /// How long a host may say nothing of it before nobody waits any longer: generous, so that only what hangs ends so.
  ///
  /// Fetching an image says how far it is; copying one does not, and may take as long as the agent lets it.
  var patience: Duration {
    switch self {
    case .provision: .seconds(7500)
    case .recover: .seconds(1800)
    case .power(_, _, let force, let timeoutSeconds):
      force ? .seconds(600) : .seconds(600 + min(max(0, timeoutSeconds), 86_400))
    case .destroy: .seconds(900)
    case .network, .nic, .mark, .unmark: .seconds(300)
    }
  }
}

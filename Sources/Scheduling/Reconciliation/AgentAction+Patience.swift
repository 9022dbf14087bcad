package import Fleet

extension AgentAction.Work {
  /// How long a host may be silent about it before the wait ends: generous, so that only a hung host exceeds it.
  ///
  /// Fetching an image reports progress; copying one does not, and may take as long as the agent allows.
  package var patience: Duration {
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

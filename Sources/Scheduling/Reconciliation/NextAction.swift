package import Fleet

/// What an operation does next.
package enum NextAction: Hashable, Sendable {
  /// The host carries out this work for the step with that index. It may be sent again under the same action id.
  case act(AgentAction.Work, step: Int)
  /// The step with that index is already done, for this reason.
  case skip(step: Int, reason: String)
  /// Nothing can be done until something else changes.
  case wait(String)
  /// Every step is done.
  case finish
  /// The operation can't succeed any more.
  case fail(FleetError)
}

public import Fleet

/// What an operation does next.
public enum Verdict: Hashable, Sendable {
  /// The host shall do this for the step with that index. It may be sent again under the same action id.
  case act(AgentAction.Work, step: Int)
  /// The step with that index is done already, as the sentence says.
  case skip(step: Int, reason: String)
  /// Nothing can be done until something else changes.
  case wait(String)
  /// Every step is done.
  case finish
  /// It can't be done any more.
  case fail(FleetError)
}

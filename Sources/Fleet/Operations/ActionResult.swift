/// How an action ended on its host.
public struct ActionResult: Hashable, Sendable {
  /// The action.
  public var id: ActionID
  /// Why it failed, or nil if it was done.
  public var failure: FleetError?
  /// The domain afterwards, if it is there.
  public var domain: ObservedDomain?
  /// What a person should know of what was done, one sentence each, such as what was left on the host.
  public var notes: [String]
  /// When the agent looked for the domain; nil if it did not say.
  public var seenAt: Timestamp?

  /// Makes the value.
  public init(
    id: ActionID, failure: FleetError?, domain: ObservedDomain?, notes: [String] = [], seenAt: Timestamp? = nil
  ) {
    self.id = id
    self.failure = failure
    self.domain = domain
    self.notes = notes
    self.seenAt = seenAt
  }
}

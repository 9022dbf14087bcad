/// How an action ended on its host.
public struct ActionResult: Hashable, Sendable {
  /// The action.
  public var id: ActionID
  /// Why it failed, or nil if it was done.
  public var failure: FleetError?
  /// The domain afterwards, if it is there.
  public var domain: ObservedDomain?

  /// Makes the value.
  public init(id: ActionID, failure: FleetError?, domain: ObservedDomain?) {
    self.id = id
    self.failure = failure
    self.domain = domain
  }
}

/// One step of an operation.
public struct OperationStep: Hashable, Sendable {
  /// What is done, such as `provision`.
  public var name: String
  /// Where it stands.
  public var state: OperationState
  /// One sentence, or empty.
  public var detail: String
  /// 0…1, or nil if not known.
  public var fraction: Double?
  /// How many ports its host had called busy by then; the coordinator's own, and not told to clients.
  public var busyPorts: Int

  /// Makes the value.
  public init(
    name: String, state: OperationState = .pending, detail: String = "", fraction: Double? = nil, busyPorts: Int = 0
  ) {
    self.name = name
    self.state = state
    self.detail = detail
    self.fraction = fraction
    self.busyPorts = busyPorts
  }
}

public import Fleet
internal import Synchronization

/// Where somebody outside the coordinator reads the fleet's figures; there are none out of office.
public final class FleetGauge: Sendable {
  private let source = Mutex<FigureSource?>(nil)

  /// Makes a gauge that shows nothing yet.
  public init() {}

  /// The figures of this moment.
  /// - Throws: ``FleetError`` with code `unreachable` before the coordinator has taken office and after it left.
  public func figures() async throws -> FleetFigures {
    guard let source = source.withLock({ $0 }) else {
      throw FleetError(.unreachable, "the coordinator is not in office", retryable: true)
    }
    return try await source.figures()
  }

  func show(_ next: FigureSource?) { source.withLock { $0 = next } }
}

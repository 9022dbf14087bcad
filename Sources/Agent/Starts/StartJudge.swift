internal import Fleet

/// Whoever judges starts: the coordinator, or a model of it in tests.
protocol StartJudge: Sendable {
  /// Judges a start.
  /// - Throws: ``FleetError`` with code `unreachable` without a coordinator.
  func judge(_ start: DomainStart) async throws -> StartVerdict
}

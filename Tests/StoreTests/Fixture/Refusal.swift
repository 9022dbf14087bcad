import Fleet
import Testing

/// The error that an action ends with; a test fails if there is none.
func refusal<Value>(
  _ action: () async throws -> Value, sourceLocation: SourceLocation = #_sourceLocation
) async -> FleetError? {
  do {
    _ = try await action()
  } catch let error as FleetError {
    return error
  } catch {
    Issue.record("not an error of the fleet: \(error)", sourceLocation: sourceLocation)
    return nil
  }
  Issue.record("nothing was refused", sourceLocation: sourceLocation)
  return nil
}

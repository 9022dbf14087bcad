import Libvirt

/// Asks again and again until the answer is yes; false if it is still no at the deadline.
func eventually(
  within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return try await condition()
}

/// Reads events until one fits, and gives all that were read; fails by giving what came until the
/// deadline.
func events(
  of stream: EventStream, within limit: Duration = .seconds(20),
  until isLast: @escaping @Sendable (Event) -> Bool
) async -> [Event] {
  let reader = Task {
    var seen: [Event] = []
    for await event in stream {
      seen.append(event)
      if isLast(event) { break }
    }
    return seen
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    reader.cancel()
  }
  defer { timer.cancel() }
  return await reader.value
}

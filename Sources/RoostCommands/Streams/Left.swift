/// Somebody pressed the key that leaves.
struct Left: Error, Hashable, Sendable {}

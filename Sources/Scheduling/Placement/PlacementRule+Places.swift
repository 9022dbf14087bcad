internal import Fleet

extension PlacementRule {
  /// The place a host is: its name or its label's value; nil if it lacks the label.
  func place(of host: HostSnapshot) -> String? {
    label.map { host.labels[$0] } ?? host.name
  }

  /// A place in words, such as `on h1` or `in rack=a`.
  func words(for place: String) -> String {
    label.map { "in \($0)=\(place)" } ?? "on \(place)"
  }
}

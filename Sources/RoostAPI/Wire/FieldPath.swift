public import Fleet

/// Where a field stands in a message, as an error names it: `spec.disks[1].size_bytes`.
public struct FieldPath: Hashable, Sendable {
  /// The path, empty for the message itself.
  public let text: String

  /// Names the message with this path.
  public init(_ text: String = "") {
    self.text = text
  }

  /// The field of that name in the message here.
  public func field(_ name: String) -> FieldPath {
    FieldPath(text.isEmpty ? name : "\(text).\(name)")
  }

  /// The element at that index of the list here.
  public func element(_ index: Int) -> FieldPath { FieldPath("\(text)[\(index)]") }

  /// An error that says what is wrong with a field of the message here.
  public func invalid(_ name: String, _ problem: String) -> FleetError {
    FleetError(.invalid, "the field \(field(name).text) \(problem)")
  }
}

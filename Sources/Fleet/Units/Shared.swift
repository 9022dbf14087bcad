/// A large optional value that copies share until one of them changes it.
///
/// A copy costs one reference, and an absent value nothing but that.
@propertyWrapper
package struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
  private final class Box: Sendable {
    let value: Value

    init(_ value: Value) {
      self.value = value
    }
  }

  private var box: Box?

  package init(wrappedValue: Value?) {
    box = wrappedValue.map(Box.init)
  }

  /// The value; nil if there is none.
  package var wrappedValue: Value? {
    get { box?.value }
    set { box = newValue.map(Box.init) }
  }

  package static func == (one: Self, other: Self) -> Bool {
    one.box === other.box || one.box?.value == other.box?.value
  }

  /// Hashes the value, wherever it is kept.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(box?.value)
  }
}

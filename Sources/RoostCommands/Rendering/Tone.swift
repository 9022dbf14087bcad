/// What a colour says.
enum Tone: Hashable, Sendable {
  /// Nothing in particular.
  case plain
  /// As it should be.
  case good
  /// Worth a look.
  case caution
  /// Broken.
  case bad
  /// Beside the point.
  case faint
  /// A heading.
  case heading
}

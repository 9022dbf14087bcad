/// The version of this coordinator.
enum RoostVersion {
  /// Semantic version; agents of the same major version are served.
  static let current = "0.1.0"
}

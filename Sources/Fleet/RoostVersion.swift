/// The version of Roost, which its three programs share.
package enum RoostVersion {
  /// Semantic version; agents of the same major version are served.
  package static let current = "0.1.0"
}

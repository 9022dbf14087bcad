/// The version of this agent, as hosts report it.
package enum AgentVersion {
  /// Major, minor, patch.
  package static let current = "0.1.0"
}

/// The version of this agent, as hosts report it.
public enum AgentVersion {
  /// Major, minor, patch.
  public static let current = "0.1.0"
}

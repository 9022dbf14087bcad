/// What one host check found.
public struct CheckResult: Hashable, Sendable {
  /// How a check went.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case pass
    /// VMs run, but something is worth mending.
    case warn
    /// VMs can't run, or not safely.
    case fail
  }

  /// The check's name.
  public var check: String
  /// How it went.
  public var result: Verdict
  /// One sentence.
  public var detail: String
  /// The command that mends it, or empty.
  public var fix: String

  /// Makes the value.
  public init(check: String, result: Verdict, detail: String, fix: String = "") {
    self.check = check
    self.result = result
    self.detail = detail
    self.fix = fix
  }
}

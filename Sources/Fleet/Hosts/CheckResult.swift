/// What one host check found.
package struct CheckResult: Hashable, Sendable {
  /// How a check went.
  package enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case pass
    /// VMs run, but something is worth mending.
    case warn
    /// VMs can't run, or not safely.
    case fail
  }

  /// The check's name.
  package var check: String
  /// How it went.
  package var result: Verdict
  /// One sentence.
  package var detail: String
  /// The command that mends it, or empty.
  package var fix: String

  package init(check: String, result: Verdict, detail: String, fix: String = "") {
    self.check = check
    self.result = result
    self.detail = detail
    self.fix = fix
  }
}

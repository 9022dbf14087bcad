/// The result of one host check.
package struct CheckResult: Hashable, Sendable {
  /// The verdict of a check.
  package enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case pass
    /// VMs run, but something should be fixed.
    case warn
    /// VMs can't run, or not safely.
    case fail
  }

  /// The check's name.
  package var check: String
  /// The verdict.
  package var result: Verdict
  /// One sentence.
  package var detail: String
  /// The command that fixes it, or empty.
  package var fix: String

  package init(check: String, result: Verdict, detail: String, fix: String = "") {
    self.check = check
    self.result = result
    self.detail = detail
    self.fix = fix
  }
}

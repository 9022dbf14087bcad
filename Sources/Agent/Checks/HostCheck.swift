internal import Fleet

/// One requirement or recommendation for a host: a name and how to judge it.
struct HostCheck: Sendable {
  /// The name in the output.
  let name: String
  /// What ``HostFixer`` does if the check does not pass; nil if a person has to.
  let safeFix: SafeFix?
  /// Judges the data.
  let judge: @Sendable (CheckSurvey) -> Judgement

  init(_ name: String, safeFix: SafeFix? = nil, _ judge: @escaping @Sendable (CheckSurvey) -> Judgement) {
    self.name = name
    self.safeFix = safeFix
    self.judge = judge
  }

  /// A fix that can do no harm, so that nobody has to be asked.
  enum SafeFix: Hashable, Sendable {
    /// Load the modules of KVM.
    case loadKVM
    /// Load the module of that name.
    case load(module: String)
    /// Install libvirt's hook.
    case installHook
    /// Have libvirt start at boot.
    case enableLibvirt
    /// The same, and restart it.
    case restartLibvirt
  }

  /// A verdict without the check's name.
  struct Judgement: Hashable, Sendable {
    var verdict: CheckResult.Verdict
    var detail: String
    var fix = ""

    static func pass(_ detail: String) -> Judgement { Judgement(verdict: .pass, detail: detail) }
    static func warn(_ detail: String, fix: String = "") -> Judgement {
      Judgement(verdict: .warn, detail: detail, fix: fix)
    }
    static func fail(_ detail: String, fix: String = "") -> Judgement {
      Judgement(verdict: .fail, detail: detail, fix: fix)
    }
  }

  /// All checks in the order in which they are shown.
  static let all: [HostCheck] =
    processorChecks + kernelChecks + emulatorChecks + libvirtChecks + networkChecks + storageChecks + trustChecks
    + clockChecks

  /// Runs all checks on the data.
  static func results(of survey: CheckSurvey, among checks: [HostCheck] = all) -> [CheckResult] {
    checks.map { check in
      let judgement = check.judge(survey)
      return CheckResult(
        check: check.name, result: judgement.verdict, detail: judgement.detail, fix: judgement.fix)
    }
  }
}

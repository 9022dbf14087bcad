internal import Fleet
internal import Foundation
internal import Platform

/// Applies the fixes that can't do harm, and reports what it did.
struct HostFixer: Sendable {
  let hypervisor: any Hypervisor
  let runner: any CommandRunner
  let survey: CheckSurvey
  /// The hook for libvirt to run before a guest starts.
  let hook: HookScript
  /// Reconnects to libvirt after its daemon was started.
  let reconnect: @Sendable () async -> FleetError?

  /// Fixes the failed checks.
  /// - Returns: one line for each fix that was tried.
  func fix(_ results: [CheckResult]) async -> [String] {
    let complaints = Set(results.filter { $0.result != .pass }.map(\.check))
    let fixes = Set(HostCheck.all.filter { complaints.contains($0.name) }.compactMap(\.safeFix))
    var report: [String] = []
    if fixes.contains(.loadKVM), !survey.canOpenKVM {
      report.append(await run("modprobe", ["kvm"]))
      report.append(await run("modprobe", [HostCheck.vendorModule(survey)]))
    }
    for case .load(let module) in HostCheck.all.compactMap(\.safeFix) where fixes.contains(.load(module: module)) {
      report.append(await run("modprobe", [module]))
    }
    if fixes.contains(.installHook) { report += await fixHook() }
    var reachable = survey.libvirtFailure == nil
    if !fixes.isDisjoint(with: [.enableLibvirt, .restartLibvirt]) {
      report += await fixDaemon(restart: fixes.contains(.restartLibvirt))
      if !reachable { reachable = await reconnect() == nil }
    }
    if reachable { report += await fixNetwork() }
    return report.isEmpty ? ["there is nothing that can be fixed safely"] : report
  }

  private func fixDaemon(restart: Bool) async -> [String] {
    guard survey.units != nil else {
      return ["there is no systemd here: start \(survey.daemon) by the means of this host"]
    }
    var report = [await run("systemctl", ["enable", survey.daemon])]
    if restart { report.append(await run("systemctl", ["restart", survey.daemon])) }
    return report
  }

  /// Installs libvirt's hook, unless somebody else's file has its name, and makes libvirt search for it.
  private func fixHook() async -> [String] {
    guard survey.hook?.isOurs != false else { return [] }
    let path = survey.kernel.root + HookScript.path
    var report: [String] = []
    if survey.hook?.isExecutable != true || survey.hook?.fault != nil {
      report.append(
        await attempt("install \(HookScript.path)") {
          let folder = HostFile.parent(of: path)
          try HostFile.makeDirectory(folder)
          // libvirt runs every file in the folder, so the finished file is moved there.
          let whole = HostFile.parent(of: folder) + "/roost-hook"
          try AtomicFile.replace(path, with: hook.text.utf8, mode: 0o755, draft: whole)
        })
    }
    if survey.units != nil {
      report.append(await run("systemctl", ["reload", survey.daemon]))
    } else if let pid = survey.kernel.number("/run/\(survey.daemon).pid"),
      survey.kernel.text("/proc/\(pid)/comm")?.hasPrefix(survey.daemon.prefix(15)) == true
    {
      report.append(await run("kill", ["-HUP", "\(pid)"]))
    } else {
      return report + ["\(survey.daemon) searches for hooks at its next start"]
    }
    guard report.last?.hasSuffix(": done") == true else { return report }
    report.append(
      await attempt("touch \(HookScript.seenPath)") {
        try AtomicFile.replace(survey.kernel.root + HookScript.seenPath, with: [], mode: 0o644)
      })
    return report
  }

  private func fixNetwork() async -> [String] {
    guard let networks = try? await hypervisor.networks(), let network = networks.first(where: { $0.name == "default" })
    else { return [] }
    var report: [String] = []
    if !network.isActive {
      report.append(await attempt("net-start default") { try await hypervisor.setNetwork("default", active: true) })
    }
    if !network.autostart {
      report.append(await attempt("net-autostart default") { try await hypervisor.setNetworkAutostart("default") })
    }
    return report
  }

  private func run(_ program: String, _ arguments: [String]) async -> String {
    let command = Command(program, arguments, timeout: .seconds(60))
    return await attempt(command.description) {
      let result = try await runner.run(command)
      guard result.succeeded else { throw FleetError(.internal, result.complaint) }
    }
  }

  private func attempt(_ what: String, _ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "\(what): done"
    } catch {
      return "\(what): \(FleetError(libvirt: error).message)"
    }
  }
}

internal import Fleet
internal import Foundation

/// Gathers the data for the checks; each look is bounded in time, and one that fails leaves its field empty.
struct CheckSurveyor: Sendable {
  let hypervisor: any Hypervisor
  let runner: any CommandRunner
  let kernel: KernelFiles
  let configuration: AgentConfiguration
  let uri: String
  let trust: HostTrustReader
  var clockSkewSeconds: Int64?
  /// Examines a directory, bounded in time; nil skips that.
  var look: (@Sendable (String) async throws -> DirectoryFinding)?

  /// Gathers everything except the KVM probe's result.
  func survey(libvirtFailure: FleetError?) async -> CheckSurvey {
    var survey = CheckSurvey()
    survey.kernel = kernel
    survey.uri = uri
    survey.clockSkewSeconds = clockSkewSeconds
    survey.imageDirectory = configuration.imageDirectory
    survey.libvirtFailure = libvirtFailure
    lookAtUser(&survey)
    lookAtFiles(&survey)
    await lookAtImages(&survey)
    await lookAtPrograms(&survey)
    if libvirtFailure == nil { await lookAtLibvirt(&survey) }
    survey.trustFile = trust.file.content()
    survey.trust = trust.trust(pools: survey.pools)
    return survey
  }

  private func lookAtUser(_ survey: inout CheckSurvey) {
    survey.isRoot = geteuid() == 0
    survey.user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
    var ids = [gid_t](repeating: 0, count: 256)
    let count = getgroups(Int32(ids.count), &ids)
    for id in ids.prefix(max(0, Int(count))) + [getegid()] {
      if let group = getgrgid(id) { survey.groups.insert(String(cString: group.pointee.gr_name)) }
    }
  }

  private func lookAtFiles(_ survey: inout CheckSurvey) {
    let descriptor = open(kernel.root + "/dev/kvm", O_RDWR | O_CLOEXEC)
    survey.canOpenKVM = descriptor >= 0
    if descriptor >= 0 { close(descriptor) }
    survey.qemuConf = kernel.text("/etc/libvirt/qemu.conf")
    survey.hook = HookSurvey(kernel)
    survey.guestsConf = kernel.text("/etc/default/libvirt-guests") ?? kernel.text("/etc/sysconfig/libvirt-guests")
    for directory in ["/usr/bin", "/usr/local/bin", "/usr/libexec"] {
      for name in kernel.names(directory) {
        let prefix = "qemu-system-"
        if name == "qemu-kvm" { survey.emulators["x86_64"] = survey.emulators["x86_64"] ?? "\(directory)/\(name)" }
        guard name.hasPrefix(prefix), !name.contains(".") else { continue }
        let architecture = String(name.dropFirst(prefix.count))
        survey.emulators[architecture] = survey.emulators[architecture] ?? "\(directory)/\(name)"
      }
    }
  }

  /// Bounded, because a share whose server is gone must not block the other checks or the agent.
  private func lookAtImages(_ survey: inout CheckSurvey) async {
    guard let look else { return }
    do {
      survey.imageDirectoryLook = .success(try await look(configuration.imageDirectory))
    } catch {
      survey.imageDirectoryLook = .failure(FleetError(agent: error))
    }
  }

  private func lookAtPrograms(_ survey: inout CheckSurvey) async {
    let version = try? await runner.run(Command("qemu-img", ["--version"]))
    survey.qemuImg = version?.output.split(separator: "\n").first.map { String($0).printable }
    let units = [
      "libvirtd.service", "libvirtd.socket", "virtqemud.service", "virtqemud.socket", "libvirt-guests.service",
    ]
    guard kernel.exists("/run/systemd/system") else { return }
    let clock = try? await runner.run(Command("timedatectl", ["show", "--property=NTPSynchronized", "--value"]))
    survey.clockIsSynchronised = clock.flatMap { ["yes": true, "no": false][$0.output.filter(\.isLetter)] }
    guard let answer = try? await runner.run(Command("systemctl", ["is-enabled"] + units)) else { return }
    let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    survey.units = Dictionary(zip(units, lines), uniquingKeysWith: { first, _ in first })
  }

  private func lookAtLibvirt(_ survey: inout CheckSurvey) async {
    do {
      survey.capabilities = try await hypervisor.capabilities()
      survey.networks = try await hypervisor.networks()
      survey.pools = try await hypervisor.pools()
      survey.displayPorts = try await Set(hypervisor.domains().flatMap(\.displayPorts))
    } catch {
      survey.libvirtFailure = FleetError(libvirt: error)
    }
    for emulator in survey.capabilities?.emulators ?? [] where !emulator.path.isEmpty {
      survey.emulators[emulator.architecture] = emulator.path
    }
  }
}

internal import Fleet
internal import Platform

/// Finds out whether a guest runs under KVM, in a few seconds at most.
struct KVMProbe: Sendable {
  /// The result.
  struct Outcome: Codable, Hashable, Sendable {
    /// True if the guest finished.
    var isUsable: Bool
    /// One sentence.
    var detail: String
    /// The id of the boot in which it was found.
    var bootID: String
  }

  /// The longest time for the guest; with working KVM it takes a third of a second.
  static let limit = Duration.seconds(6)
  private static let file = "kvm-probe.json"

  let runner: any CommandRunner
  let kernel: KernelFiles
  let environment: AgentEnvironment
  /// A directory for the guest's disk.
  let scratch: String

  /// Runs the guest.
  /// - Parameter emulator: the path of an x86-64 emulator.
  func run(emulator: String) async -> Outcome {
    let disk = "\(scratch)/kvm-probe-\(environment.random.next()).img"
    defer { try? HostFile.remove(disk) }
    do {
      try AtomicFile.replace(disk, with: ProbeGuest.sector)
      let arguments = [
        "-accel", "kvm", "-machine", "pc", "-m", "32", "-nodefaults", "-no-user-config", "-display", "none",
        "-no-reboot", "-drive", "file=\(disk),format=raw,if=ide", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
      ]
      let result = try await runner.run(Command(emulator, arguments, timeout: Self.limit))
      guard result.status == ProbeGuest.exitStatus else {
        return outcome(false, "QEMU does not run a guest under KVM: \(result.complaint)")
      }
      return outcome(true, "a guest ran under KVM through paging, long mode and timer interrupts")
    } catch let error as FleetError where error.code == .timedOut {
      return outcome(
        false, "/dev/kvm opens and a guest starts, but it hangs or crawls: it was not done after \(Self.limit)")
    } catch {
      return outcome(false, "the probe cannot run: \(FleetError(libvirt: error).message)")
    }
  }

  /// The stored result since the host booted, or a new one.
  func remembered(in directory: StateDirectory, emulator: String) async -> Outcome {
    let bootID = kernel.bootID
    if let known = try? directory.read(Self.file, as: Outcome.self), known.bootID == bootID, !bootID.isEmpty {
      return known
    }
    let found = await run(emulator: emulator)
    try? directory.write(found, to: Self.file)
    return found
  }

  /// Stores an outcome for the rest of this boot.
  static func remember(_ outcome: Outcome, in directory: StateDirectory) {
    try? directory.write(outcome, to: file)
  }

  private func outcome(_ isUsable: Bool, _ detail: String) -> Outcome {
    Outcome(isUsable: isUsable, detail: detail, bootID: kernel.bootID)
  }
}

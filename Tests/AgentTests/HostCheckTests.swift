import Fleet
import FleetTestKit
import Foundation
import Platform
import SimulationKit
import Testing

@testable import Agent

@Suite("Host checks")
struct HostCheckTests {
  /// A host on which all is well, out of files.
  private func healthy(_ directory: TemporaryDirectory) throws -> CheckSurvey {
    func put(_ path: String, _ text: String) throws {
      let url = URL(fileURLWithPath: directory.path + path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try put("/proc/cpuinfo", "vendor_id : GenuineIntel\nflags\t\t: fpu vmx sse\n")
    try put("/sys/module/kvm/x", "")
    try put("/sys/module/kvm_intel/parameters/nested", "Y\n")
    try put("/dev/kvm", "")
    try put("/dev/vhost-net", "")
    try put("/dev/net/tun", "")
    try put("/sys/class/iommu/dmar0/x", "")
    try put("/sys/class/net/br0/bridge/x", "")
    try put("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n")
    try put("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
    var survey = CheckSurvey()
    survey.kernel = KernelFiles(root: directory.path)
    survey.canOpenKVM = true
    survey.probe = KVMProbe.Outcome(isUsable: true, detail: "a guest ran", bootID: "1")
    survey.capabilities = HostCapabilities()
    survey.networks = [.sample]
    survey.pools = HostFacts.sample().pools
    survey.emulators = ["x86_64": "/usr/bin/qemu-system-x86_64"]
    survey.qemuImg = "qemu-img version 7.2.22"
    survey.units = ["libvirtd.service": "enabled", "libvirt-guests.service": "enabled"]
    survey.hook = HookSurvey()
    survey.qemuConf = "lock_manager = \"lockd\"\n"
    survey.imageDirectory = directory.path
    survey.imageDirectoryLook = .success(
      DirectoryFinding(isThere: true, isWritable: true, space: (.gibibytes(100), .gibibytes(50))))
    survey.clockIsSynchronised = true
    return survey
  }

  private func result(_ check: String, _ change: (inout CheckSurvey) -> Void) throws -> CheckResult {
    let directory = try TemporaryDirectory()
    var survey = try healthy(directory)
    change(&survey)
    return try #require(HostCheck.results(of: survey).first { $0.check == check })
  }

  @Test("on a healthy host every check passes, and none asks for a fix")
  func healthy() throws {
    let directory = try TemporaryDirectory()
    for result in HostCheck.results(of: try healthy(directory)) {
      #expect(result.result == .pass, "\(result.check): \(result.detail)")
      #expect(result.fix.isEmpty)
    }
  }

  @Test("names of checks are unique")
  func names() {
    #expect(Set(HostCheck.all.map(\.name)).count == HostCheck.all.count)
  }

  @Test("each trouble is told with its verdict and the command that fixes it")
  func troubles() throws {
    let table: [(String, CheckResult.Verdict, String, (inout CheckSurvey) -> Void)] = [
      ("kvm-device", .fail, "usermod -aG kvm", { $0.canOpenKVM = false }),
      ("kvm-guest", .fail, "", { $0.probe?.isUsable = false }),
      ("libvirt", .fail, "systemctl enable --now libvirtd", { $0.libvirtFailure = FleetError(.unreachable, "no") }),
      (
        "libvirt", .fail, "systemctl enable --now virtqemud",
        {
          $0.libvirtFailure = FleetError(.unreachable, "no")
          $0.units = ["virtqemud.socket": "enabled"]
        }
      ),
      ("libvirt-boot", .warn, "systemctl enable libvirtd", { $0.units = ["libvirtd.service": "disabled"] }),
      (
        "libvirt-group", .fail, "usermod -aG libvirt roost",
        {
          $0.isRoot = false; $0.user = "roost"
        }
      ),
      ("lock-manager", .warn, "lock_manager", { $0.qemuConf = "#lock_manager = \"lockd\"\n" }),
      ("lock-manager", .warn, "then systemctl restart libvirtd", { $0.qemuConf = "" }),
      (
        "lock-manager", .warn, "then start libvirtd anew",
        {
          $0.qemuConf = ""
          $0.units = nil
        }
      ),
      (
        "libvirt", .fail, "libvirtd -d",
        {
          $0.libvirtFailure = FleetError(.unreachable, "no")
          $0.units = nil
        }
      ),
      ("bridges", .warn, "with the LAN's interface as a port of it", { $0.kernel = KernelFiles(root: "/nowhere") }),
      ("network-default", .warn, "net-start default", { $0.networks[0].isActive = false }),
      ("network-default", .warn, "net-autostart default", { $0.networks[0].autostart = false }),
      ("network-default", .warn, "net-define", { $0.networks = [] }),
      ("storage-pools", .warn, "pool-start default", { $0.pools[0].isActive = false }),
      ("storage-pools", .warn, "pool-define-as", { $0.pools = [] }),
      (
        "image-directory", .fail, "mkdir -p /nowhere",
        {
          $0.imageDirectory = "/nowhere"
          $0.imageDirectoryLook = .success(DirectoryFinding())
        }
      ),
      (
        "image-directory", .warn, "",
        {
          $0.imageDirectoryLook = .success(
            DirectoryFinding(isThere: true, isWritable: true, space: (.gibibytes(100), .mebibytes(900))))
        }
      ),
      (
        "image-directory", .fail, "/proc/mounts",
        { $0.imageDirectoryLook = .failure(FleetError(.timedOut, "the file system does not answer")) }
      ),
      ("qemu", .fail, "apt-get install", { $0.emulators = [:] }),
      ("qemu-img", .fail, "apt-get install", { $0.qemuImg = nil }),
      ("clock", .warn, "timedatectl", { $0.clockIsSynchronised = false }),
      ("clock", .warn, "timedatectl", { $0.clockSkewSeconds = -40 }),
    ]
    for (check, verdict, fix, change) in table {
      let found = try result(check, change)
      #expect(found.result == verdict, "\(check): \(found.detail)")
      #expect(fix.isEmpty || found.fix.contains(fix), "\(check): \(found.fix)")
    }
  }

  @Test("results are shown as lines and as the JSON that scripts rely on")
  func rendering() throws {
    let results = [
      CheckResult(check: "tun", result: .pass, detail: "there"),
      CheckResult(check: "kvm-device", result: .fail, detail: "there is no /dev/kvm", fix: "modprobe kvm"),
    ]
    #expect(
      CheckRendering.text(results) == """
        PASS  tun         there
        FAIL  kvm-device  there is no /dev/kvm
              fix: modprobe kvm
        1 passed, 0 warnings, 1 failed

        """)
    #expect(try CheckRendering.json(results).contains("\n    \"check\": \"kvm-device\",\n"))
    let json = try JSONSerialization.jsonObject(with: Data(CheckRendering.json(results).utf8)) as? [[String: String]]
    #expect(json?.count == 2)
    #expect(
      json?.last == ["check": "kvm-device", "result": "fail", "detail": "there is no /dev/kvm", "fix": "modprobe kvm"])
  }

  @Test("what changed since the last boot is said, and only that")
  func history() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let good = [CheckResult(check: "tun", result: .pass, detail: "there")]
    let bad = [CheckResult(check: "tun", result: .fail, detail: "gone")]
    #expect(CheckHistory.compare(good, bootID: "1", in: state) == good)
    #expect(CheckHistory.compare(bad, bootID: "1", in: state) == bad)
    let after = CheckHistory.compare(good, bootID: "2", in: state)
    #expect(after.first?.detail == "there (before the last boot: fail)")
    #expect(CheckHistory.compare(bad, bootID: "2", in: state) == bad)
  }

  @Test("fixes load modules, start the daemon and the network, and say what they did")
  func fixing() async throws {
    let directory = try TemporaryDirectory()
    var survey = try healthy(directory)
    survey.canOpenKVM = false
    survey.libvirtFailure = FleetError(.unreachable, "no")
    let hypervisor = FakeHypervisor()
    hypervisor.edit {
      $0.networks = [HostNetwork(name: "default", bridge: "virbr0", isActive: false, autostart: false)]
    }
    let runner = FakeRunner(answers: ["modprobe kvm_intel": CommandResult(status: 1, errors: "not found\n")])
    let fixer = HostFixer(
      hypervisor: hypervisor, runner: runner, survey: survey, hook: HookScript(), reconnect: { nil })
    let report = await fixer.fix(HostCheck.results(of: survey))
    #expect(
      report == [
        "modprobe kvm: done", "modprobe kvm_intel: not found", "systemctl enable libvirtd: done",
        "systemctl restart libvirtd: done", "net-start default: done", "net-autostart default: done",
      ])
    #expect(hypervisor.calls == ["network true default", "autostart default"])
  }

  @Test("the probe tells a guest that ran from a hung one and a QEMU that does not start")
  func probe() async throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let environment = AgentEnvironment(
      wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1))
    func outcome(_ runner: FakeRunner) async -> KVMProbe.Outcome {
      await KVMProbe(runner: runner, kernel: KernelFiles(), environment: environment, scratch: directory.path)
        .run(emulator: "qemu")
    }
    #expect(await outcome(FakeRunner(fallback: CommandResult(status: 85))).isUsable)
    let refused = await outcome(FakeRunner(fallback: CommandResult(status: 1, errors: "no accelerator found")))
    #expect(!refused.isUsable && refused.detail.contains("no accelerator found"))
    let hanging = await outcome(FakeRunner(fallback: nil))
    #expect(!hanging.isUsable && hanging.detail.contains("hangs"))
    #expect(HostFile.names(in: directory.path) == ["state"])
  }

  @Test("the probe's guest is one boot sector, and runs to its end under emulation")
  func probeGuest() async throws {
    #expect(ProbeGuest.sector.count == 512)
    #expect(ProbeGuest.sector.suffix(2) == [0x55, 0xaa])
    guard HostFile.exists("/usr/bin/qemu-system-x86_64") else { return }
    let directory = try TemporaryDirectory()
    let disk = directory.path + "/probe.img"
    try AtomicFile.replace(disk, with: ProbeGuest.sector)
    let environment = AgentEnvironment(
      wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1))
    let result = try await ProcessRunner(environment: environment).run(
      Command(
        "qemu-system-x86_64",
        [
          "-accel", "tcg", "-machine", "pc", "-m", "32", "-nodefaults", "-display", "none", "-no-reboot", "-drive",
          "file=\(disk),format=raw,if=ide", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
        ], timeout: .seconds(60)))
    #expect(result.status == ProbeGuest.exitStatus)
  }
}

import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("The host's file of what the fleet may do")
struct TrustFileTests {
  private func content(_ text: String) throws(FleetError) -> TrustFile.Content {
    try TrustFile.Content(toml: text, named: "host.toml")
  }

  @Test("every key is read")
  func keys() throws {
    let found = try content(
      """
      [trust]
      disk_roots = ["/srv/vms"]
      block_devices = ["/dev/vg0"]
      network_disks = true
      boot_files = ["/srv/kernels"]
      file_systems = []
      file_backed_devices = false
      passthrough = ["0000:3b:00.0"]
      host_interfaces = ["eno1"]
      listen = ["10.0.0.5"]
      qemu_arguments = true
      other_elements = ["shmem"]
      unmanaged_consoles = true
      destroy_adopted = true
      """)
    #expect(found.diskRoots == ["/srv/vms"] && found.unmanagedConsoles && found.destroyAdopted)
    #expect(
      found.grants == [
        .blockDevices: .only(["/dev/vg0"]), .networkDisks: .everything, .bootFiles: .only(["/srv/kernels"]),
        .fileSystems: .nothing, .fileBackedDevices: .nothing, .passthrough: .only(["0000:3b:00.0"]),
        .hostInterfaces: .only(["eno1"]), .listen: .only(["10.0.0.5"]), .qemuArguments: .everything,
        .otherElements: .only(["shmem"]),
      ])
    #expect(try content("") == TrustFile.Content(isPresent: true))
    #expect(try content("[trust]\n") == TrustFile.Content(isPresent: true))
  }

  @Test(
    "what can't be read is an error that names the line and the key",
    arguments: [
      ("[trust]\npasthrough = true\n", "line 2", "passthrough"), ("[trsut]\n", "line 1", "trust"),
      ("[trust]\npassthrough = \"yes\"\n", "line 2", "trust.passthrough"),
      ("[trust]\npassthrough = [1]\n", "line 2", "trust.passthrough"),
      ("[trust]\npassthrough = [\"\"]\n", "line 2", "trust.passthrough"),
      ("[trust]\n\nqemu_arguments = [\"-S\"]\n", "line 3", "trust.qemu_arguments"),
      ("[trust]\ndisk_roots = true\n", "line 2", "trust.disk_roots"),
      ("[trust]\ndisk_roots = [\"/a/../b\"]\n", "line 2", "trust.disk_roots"),
      ("[trust]\ndisk_roots = [\"a\"]\n", "line 2", "trust.disk_roots"), ("[trust\n", "line 1", "host.toml"),
      ("trust = true\n", "line 1", "trust"),
    ])
  func errors(text: String, line: String, word: String) {
    let error = #expect(throws: FleetError.self) { try content(text) }
    #expect(error?.code == .invalid)
    #expect("\(error?.description ?? "")".contains(line) && "\(error?.description ?? "")".contains(word))
  }

  @Test("a link grants nothing, wherever it leads; the hint puts the file in its place")
  func link() throws {
    let directory = try TemporaryDirectory()
    try directory.write("real.toml", "[trust]\nqemu_arguments = true\n")
    let path = directory.path + "/host.toml"
    #expect(symlink("real.toml", path) == 0)
    let found = TrustFile(path, owner: geteuid()).content()
    #expect(found.grants.isEmpty && found.fault?.code == .denied && found.fault?.message.contains("link") == true)
    #expect(found.fault?.hint.contains("readlink -f \(path)") == true)
  }

  @Test("a missing file grants nothing, without fault; a broken one lends images alone")
  func defaults() throws {
    let directory = try TemporaryDirectory()
    let file = TrustFile(directory.path + "/host.toml", owner: geteuid())
    let reader = HostTrustReader(file: file, imageDirectory: "/images")
    let pools = [
      ("default", "dir", "/var/lib/libvirt/images", true), ("vg", "logical", "/dev/vg0", true),
      ("off", "dir", "/srv/off", false), ("disks", "disk", "/dev", true), ("iscsi", "iscsi", "/dev/disk/by-path", true),
      ("root", "dir", "/root", true), ("etc", "dir", "/etc/libvirt", true), ("home", "dir", "/home", true),
      ("top", "dir", "/", true), ("big", "dir", "/srv/big", true),
    ].map {
      StoragePool(
        name: $0.0, type: $0.1, path: $0.2, isActive: $0.3, autostart: true, capacity: .zero, allocation: .zero,
        available: .zero)
    }
    let trust = reader.trust(pools: pools)
    #expect(trust.diskRoots == ["/images", "/var/lib/libvirt/images", "/dev/vg0", "/srv/big"])
    #expect(trust.fault.isEmpty && trust.granted.isEmpty && trust.pools["off"] == nil)
    try directory.write("host.toml", "[trust]\ndisk_roots = [\"/srv/vms\"]\n")
    #expect(reader.trust(pools: pools).diskRoots == ["/images", "/srv/vms"])
    try directory.write("host.toml", "[trust]\ndisk_roots = [\n")
    #expect(reader.trust(pools: pools).diskRoots == ["/images"] && !reader.trust(pools: pools).fault.isEmpty)
  }

  @Test("a file that others could have written, or in their directory, is not obeyed")
  func owner() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/etc/host.toml"
    try HostFile.makeDirectory(directory.path + "/etc")
    try directory.write("etc/host.toml", "[trust]\npassthrough = true\n")
    let file = TrustFile(path, owner: geteuid())
    #expect(file.content().fault == nil && file.content().grants[.passthrough] == .everything)
    for mode in [0o664, 0o646, 0o666] as [mode_t] {
      chmod(path, mode)
      #expect(file.content().fault?.code == .denied && file.content().grants.isEmpty)
    }
    chmod(path, 0o644)
    chmod(directory.path + "/etc", 0o777)
    #expect(file.content().fault?.message.contains("/etc ") == true)
    chmod(directory.path + "/etc", 0o755)
    #expect(file.content().fault == nil)
    if geteuid() == 0 {
      chown(path, 12_345, 0)
      #expect(file.content().fault?.message.contains("12345") == true)
    }
    unlink(path)
    #expect(mkdir(path, 0o755) == 0)
    #expect(file.content().fault?.message.contains("is not a file") == true)
  }
}

import Fleet
import Testing

@Suite("What a host lets its fleet do")
struct HostTrustTests {
  private let plain = HostTrust(
    diskRoots: ["/var/lib/libvirt/images", "/srv//vms/"],
    pools: ["default": "/var/lib/libvirt/images", "raw": "/dev/disk/by-path"])

  @Test(
    "disks lie below the roots, by the path and not by its letters",
    arguments: [
      ("/var/lib/libvirt/images/a.qcow2", true), ("/var/lib/libvirt//images/./a", true), ("/srv/vms/deep/b", true),
      ("/var/lib/libvirt/images", false), ("/var/lib/libvirt/images-2/a", false),
      ("/var/lib/libvirt/images/../../../etc/shadow", false), ("var/lib/libvirt/images/a", false), ("", false),
      ("/", false), ("/etc/shadow", false), ("volume:default/a.qcow2", true), ("volume:raw/ata-1", false),
      ("volume:gone/a", false), ("volume:default/../../../etc/shadow", false),
    ])
  func roots(path: String, isGranted: Bool) {
    let refusal = plain.refusal(of: HostPrivilege(.diskFiles, path, "wants \(path)"))
    #expect((refusal == nil) == isGranted)
  }

  @Test("a refusal names what is wanted, the file, and the whole line that grants it")
  func line() {
    var trust = plain
    trust.grants = [.passthrough: .only(["0000:01:00.0"])]
    let device = HostPrivilege(.passthrough, "0000:3b:00.0", "wants a device")
    #expect(
      trust.refusal(of: device)
        == "wants a device, which the host does not grant; to grant it, have in [trust] of /etc/roost/host.toml there:"
        + " passthrough = [\"0000:01:00.0\", \"0000:3b:00.0\"]")
    #expect(trust.refusal(of: HostPrivilege(.passthrough, "0000:01:00.0", "")) == nil)
    let disk = HostPrivilege(.diskFiles, "/mnt/a/b.qcow2", "wants it")
    #expect(trust.refusal(of: disk)?.hasSuffix("\"/srv//vms/\", \"/mnt/a\"]") == true)
    let arguments = HostPrivilege(.qemuArguments, "commandline", "")
    #expect(trust.refusal(of: arguments)?.hasSuffix("qemu_arguments = true") == true)
    let odd = HostPrivilege(.otherElements, "a\"b\\c\u{1B}", "")
    #expect(trust.refusal(of: odd)?.contains("[\"a\\\"b\\\\c") == true)
  }

  @Test("the line that a refusal names grants what was refused, for every kind")
  func kinds() {
    for kind in HostPrivilege.Kind.all where kind != .diskFiles {
      let privilege = HostPrivilege(kind, "/dev/x", "")
      var trust = HostTrust()
      #expect(trust.refusal(of: privilege) != nil, "\(kind.rawValue)")
      trust.grants[kind] = .only(["/dev/x"])
      #expect(trust.refusal(of: privilege) == nil, "\(kind.rawValue)")
      trust.grants[kind] = .only(["/dev"])
      #expect(trust.refusal(of: privilege) == nil, "\(kind.rawValue)")
      trust.grants[kind] = .only(["/dev/y"])
      #expect(trust.refusal(of: privilege) != nil, "\(kind.rawValue)")
      trust.grants[kind] = .everything
      #expect(trust.refusal(of: privilege) == nil, "\(kind.rawValue)")
    }
  }

  @Test("a kind that this version does not know is granted nothing")
  func unknown() {
    let strange = HostPrivilege(HostPrivilege.Kind(rawValue: "novelty"), "x", "wants it")
    #expect(plain.refusal(of: strange) != nil)
  }
}

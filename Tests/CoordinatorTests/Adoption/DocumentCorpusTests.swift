import Fleet
import FleetTestKit
import RoostProto
import Testing

@testable import Coordinator

@Suite("A document for every kind of device that libvirt takes")
struct DocumentCorpusTests {
  private func imported(_ sample: DocumentSample) throws -> DomainImporter.Imported {
    var request = Roost_V1_ImportVMRequest()
    request.document = sample.text
    return try DomainImporter().spec(of: request)
  }

  @Test("is imported, and adopted, and nothing of it is unsupported", arguments: DocumentSample.all)
  func taken(sample: DocumentSample) throws {
    let found = try imported(sample)
    #expect(found.spec.name == sample.name)
    #expect(throws: Never.self) { try found.constraints.validated() }
    let adopted = try DomainImporter().adoptee(
      DomainDocuments(saved: sample.text, live: nil), .unmanaged(sample.name))
    #expect(adopted.spec.disks.count == found.spec.disks.count)
    #expect(adopted.constraints.needs == found.constraints.needs || found.spec.vnc != nil)
  }

  @Test("is there in enough samples to speak of every kind")
  func count() {
    #expect(DocumentSample.all.count >= 60)
    #expect(Set(DocumentSample.all.map(\.name)).count == DocumentSample.all.count)
  }

  /// What each sample asks of its host, and a word that its notes say.
  private static let known: [String: (needs: Set<String>, note: String?)] = [
    "disk-file": (["disk-bus virtio"], nil),
    "disk-block": (["disk-bus virtio"], nil),
    "disk-vmdk": (["disk-bus virtio"], "vmdk"),
    "disk-dir": (["disk-bus virtio", "directory /srv/fat"], "/srv/fat"),
    "disk-volume": (["disk-bus virtio", "pool default", "volume default/a.qcow2"], "pool default"),
    "disk-rbd": (["disk-bus virtio"], "by rbd"),
    "disk-iscsi": (["disk-bus virtio"], "by iscsi"),
    "disk-nbd": (["disk-bus virtio"], "by nbd"),
    "disk-http": (["disk-bus sata"], "by http"),
    "disk-nvme": (["disk-bus virtio", "pci 0000:01:00.0"], "devices of its host"),
    "disk-lun": (["disk-bus scsi"], nil),
    "floppy": (["disk-bus fdc"], nil),
    "nic-user": ([], "of the type user"),
    "nic-direct": (["network-device eth0"], "of the type direct"),
    "nic-ethernet": ([], "of the type ethernet"),
    "nic-hostdev": (["pci 0000:03:10.0"], "devices of its host"),
    "nic-vdpa": (["file /dev/vhost-vdpa-0"], "of the type vdpa"),
    "hostdev-pci": (["pci 0000:3b:00.0"], "devices of its host"),
    "hostdev-usb": (["usb 0529:0001"], "devices of its host"),
    "hostdev-usb-optional": ([], "devices of its host"),
    "hostdev-mdev": (["mdev c2177883-f1bb-47f0-914d-32a22e3a8804"], "devices of its host"),
    "graphics-vnc-password": (["graphics vnc"], "password"),
    "graphics-spice-gl": (["video virtio"], "draws by itself"),
    "graphics-egl-headless": (
      ["graphics vnc", "graphics egl-headless", "file /dev/dri/renderD128", "video virtio"], "/dev/dri/renderD128"
    ),
    "tpm-emulator": (["tpm emulator", "tpm-model tpm-crb"], nil),
    "tpm-passthrough": (["tpm passthrough", "tpm-model tpm-tis", "file /dev/tpm0"], "/dev/tpm0"),
    "filesystem-virtiofs": (
      ["filesystem virtiofs", "directory /srv/share", "memory-source memfd"], "/srv/share"
    ),
    "filesystem-9p": (["filesystem path", "directory /srv/share"], "/srv/share"),
    "pins": (["cpus 0", "nodes 0"], nil),
    "efi": (["firmware efi"], nil),
    "secure-boot": (["firmware efi", "firmware secure-boot"], nil),
    "loader": (["file /srv/OVMF_CODE.fd", "file /srv/OVMF_VARS.fd"], "/srv/OVMF_CODE.fd"),
    "kernel": (["file /srv/vmlinuz", "file /srv/initrd"], "/srv/initrd"),
    "fwcfg": (["file /srv/ignition.json"], "/srv/ignition.json"),
    "label-static": (["security dac"], nil),
    "cpu-custom": (["cpu-model qemu64"], nil),
    "serial-tcp": ([], "pseudo-terminals"),
    "qemu-arguments": ([], "arguments for QEMU"),
  ]

  @Test("says what it asks of its host, and what the person should know", arguments: known.keys.sorted())
  func told(name: String) throws {
    let sample = try #require(DocumentSample.all.first { $0.name == name })
    let known = try #require(Self.known[name])
    let found = try imported(sample)
    #expect(Set(found.constraints.needs.map { "\($0.kind.rawValue) \($0.value)" }) == known.needs)
    if let note = known.note {
      #expect(found.notes.contains { $0.contains(note) }, "no word of \(note) in \(found.notes)")
    }
  }

  @Test("has an address that the ledger knows, or gets one, wherever it is plugged in")
  func addresses() throws {
    for sample in DocumentSample.all where sample.name.hasPrefix("nic-") {
      let spec = try imported(sample).spec
      #expect(spec.nics.count == 1, "\(sample)")
    }
    let passed = try #require(DocumentSample.all.first { $0.name == "qemu-arguments" })
    #expect(try imported(passed).heldMACs.map(\.description) == ["52:54:00:5d:01:01"])
    let hostdev = try #require(DocumentSample.all.first { $0.name == "hostdev-pci" })
    #expect(try imported(hostdev).constraints.isPinned)
    let pages = try #require(DocumentSample.all.first { $0.name == "hugepages" })
    #expect(try imported(pages).constraints.hugePage == .mebibytes(2))
    #expect(try !imported(pages).constraints.usesDefaultHugePages)
  }
}
